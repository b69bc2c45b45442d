using SkiaSharp;

namespace OmgLlava.World;

/// <summary>A drawing cut to what is visible of it, at most <see cref="MaxSide"/> pixels a side: RGBA, colour multiplied with
/// alpha.</summary>
internal sealed class Sprite(int width, int height, byte[] pixels)
{
    /// <summary>Larger drawings are made smaller: scenes never show them larger.</summary>
    public const int MaxSide = 160;

    private const int MaxSource = 8192;

    public int Width => width;

    public int Height => height;

    /// <summary>(height, width, 4) bytes.</summary>
    public byte[] Pixels => pixels;

    /// <summary>Reads a PNG or WebP file with alpha.</summary>
    /// <exception cref="OmgLlavaException">It cannot be read, or nothing in it is visible.</exception>
    public static Sprite Load(string path)
    {
        using SKBitmap bitmap = Decode(path);
        return Cut(bitmap)
            ?? throw new OmgLlavaException($"Nothing is visible in the drawing '{path}'; take it out of the pack.");
    }

    /// <summary>Decodes a picture file.</summary>
    public static SKBitmap Decode(string path)
    {
        try
        {
            using SKData data = SKData.CreateCopy(File.ReadAllBytes(path));
            using SKCodec? codec = SKCodec.Create(data);
            if (codec is null || codec.Info.Width > MaxSource || codec.Info.Height > MaxSource)
            {
                throw new OmgLlavaException(
                    $"The drawing '{path}' is not a PNG or WebP image of at most {MaxSource} pixels a side."
                );
            }

            var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
            var bitmap = new SKBitmap(info);
            if (codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
            {
                bitmap.Dispose();
                throw new OmgLlavaException($"The drawing '{path}' is damaged.");
            }

            return bitmap;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The drawing '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The visible part of a bitmap, made smaller where it is too large; null when nothing is visible.</summary>
    public static Sprite? Cut(SKBitmap bitmap)
    {
        ReadOnlySpan<byte> source = bitmap.GetPixelSpan();
        (int x0, int y0, int x1, int y1) = (bitmap.Width, bitmap.Height, 0, 0);
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < bitmap.Width; x++)
            {
                if (source[(((y * bitmap.Width) + x) * 4) + 3] >= 16)
                {
                    (x0, y0, x1, y1) = (Math.Min(x0, x), Math.Min(y0, y), Math.Max(x1, x + 1), Math.Max(y1, y + 1));
                }
            }
        }

        if (x1 <= x0)
        {
            return null;
        }

        float scale = Math.Min(1f, (float)MaxSide / Math.Max(x1 - x0, y1 - y0));
        int width = Math.Max(1, (int)MathF.Round((x1 - x0) * scale));
        int height = Math.Max(1, (int)MathF.Round((y1 - y0) * scale));
        using var cut = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(cut);
        using SKImage image = SKImage.FromBitmap(bitmap);
        canvas.Clear(SKColors.Transparent);
        canvas.DrawImage(
            image,
            new SKRect(x0, y0, x1, y1),
            new SKRect(0, 0, width, height),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        canvas.Flush();
        return new Sprite(width, height, cut.GetPixelSpan().ToArray());
    }

    /// <summary>A bitmap with the same pixels.</summary>
    public SKBitmap ToBitmap()
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        pixels.CopyTo(bitmap.GetPixelSpan());
        return bitmap;
    }
}
