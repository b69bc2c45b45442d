using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.World;

/// <summary>Writes scenes as PNG, in less time and hardly more space than the encoder's defaults.</summary>
internal static class ScenePng
{
    private static readonly SKPngEncoderOptions Picture = new(SKPngEncoderFilterFlags.Sub, 3);
    private static readonly SKPngEncoderOptions Segments = new(SKPngEncoderFilterFlags.NoFilters, 3);

    /// <summary>The picture.</summary>
    public static byte[] Encode(Scene scene) => Encode(scene.Picture, Picture);

    /// <summary>The segment ids as COCO writes them: id = red + 256 green + 65536 blue.</summary>
    public static byte[] EncodeSegments(Scene scene)
    {
        byte[] pixels = new byte[scene.SegmentIds.Count * 3];
        for (int i = 0; i < scene.SegmentIds.Count; i++)
        {
            int id = scene.SegmentIds[i];
            (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = ((byte)id, (byte)(id >> 8), (byte)(id >> 16));
        }

        return Encode(new RgbImage(scene.Picture.Width, scene.Picture.Height, pixels), Segments);
    }

    private static byte[] Encode(RgbImage image, SKPngEncoderOptions options)
    {
        using SKBitmap bitmap = ImageFile.ToBitmap(image);
        using SKPixmap pixels = bitmap.PeekPixels()!;
        using SKData data = pixels.Encode(options)!;
        return data.ToArray();
    }
}
