using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>Pictures as the bytes of a file.</summary>
internal static class PictureFormats
{
    private const int Quality = 92;

    /// <summary>The format that the ending of a name means, PNG where it has none; null for one that cannot be written.</summary>
    public static PictureFormat? Of(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            "" or ".png" => PictureFormat.Png,
            ".jpg" or ".jpeg" => PictureFormat.Jpeg,
            ".webp" => PictureFormat.Webp,
            _ => null,
        };

    /// <summary>The picture as a file.</summary>
    public static byte[] Encode(RgbImage image, PictureFormat format)
    {
        using SKBitmap bitmap = ImageFile.ToBitmap(image);
        using SKData? data = format switch
        {
            PictureFormat.Jpeg => bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality),
            PictureFormat.Webp => bitmap.Encode(SKEncodedImageFormat.Webp, Quality),
            _ => bitmap.Encode(SKEncodedImageFormat.Png, 100),
        };
        return data?.ToArray()
            ?? throw new OmgLlavaException(
                $"A picture of {image.Width} x {image.Height} pixels cannot be written as {format}; write a PNG."
            );
    }
}
