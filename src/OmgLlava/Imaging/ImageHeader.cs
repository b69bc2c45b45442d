using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>What the head of an image file says.</summary>
internal static class ImageHeader
{
    /// <summary>Pixels of the picture in a file; 0 where it is no picture. No pixel is decoded.</summary>
    public static long PixelsOf(byte[] file)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        return codec is null ? 0 : (long)codec.Info.Width * codec.Info.Height;
    }
}
