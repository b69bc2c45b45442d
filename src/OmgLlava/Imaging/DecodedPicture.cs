using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>A picture as its file holds it: red, green, blue and alpha, not premultiplied, turned the way that a viewer shows
/// it.</summary>
internal sealed class DecodedPicture : IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly SKEncodedOrigin _origin;

    private DecodedPicture(SKBitmap bitmap, SKEncodedOrigin origin, bool hasAlpha)
    {
        (_bitmap, _origin, HasAlpha) = (bitmap, origin, hasAlpha);
        (Width, Height) = Turned(bitmap.Width, bitmap.Height, origin);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Whether the file has an alpha channel.</summary>
    public bool HasAlpha { get; }

    /// <summary>Decodes a picture.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="exact">Keep the numbers of the file; else its colours are brought to sRGB by its profile, where it has
    /// one.</param>
    /// <exception cref="OmgLlavaException">The bytes are no picture, are damaged, or claim more than the limits
    /// allow.</exception>
    public static DecodedPicture Decode(byte[] bytes, string name, ImageLimits limits, bool exact)
    {
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec codec =
            SKCodec.Create(data)
            ?? throw NotAPicture.Explain(bytes.AsSpan(0, Math.Min(4096, bytes.Length)), name);
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        Check(width, height, name, limits);
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, exact ? null : srgb);
        var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
        {
            bitmap.Dispose();
            throw new OmgLlavaException(
                $"There is not enough memory for '{name}' of {width} x {height} pixels; make it smaller."
            );
        }

        SKCodecResult result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            bitmap.Dispose();
            string what = result == SKCodecResult.IncompleteInput ? "cut off" : "damaged";
            throw new OmgLlavaException($"'{name}' is {what}; it cannot be read completely.");
        }

        return new DecodedPicture(bitmap, Origin(codec, new MemoryStream(bytes)), codec.Info.AlphaType != SKAlphaType.Opaque);
    }

    /// <summary>How the picture is to be turned.</summary>
    public static SKEncodedOrigin Origin(SKCodec codec, Stream file) =>
        codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrientation.Read(file) : codec.EncodedOrigin;

    /// <summary>The size after turning.</summary>
    public static (int Width, int Height) Turned(int width, int height, SKEncodedOrigin origin) =>
        origin >= SKEncodedOrigin.LeftTop ? (height, width) : (width, height);

    /// <summary>The picture with alpha flattened onto white.</summary>
    public RgbImage Flatten()
    {
        byte[] pixels = new byte[3 * Width * Height];
        Parallel.For(
            0,
            Height,
            y =>
            {
                ReadOnlySpan<byte> source = _bitmap.GetPixelSpan();
                (int at, int step) = Row(y);
                for (int to = 3 * Width * y, end = to + (3 * Width); to < end; to += 3, at += step)
                {
                    int alpha = source[at + 3];
                    for (int c = 0; c < 3; c++)
                    {
                        pixels[to + c] =
                            alpha == 255
                                ? source[at + c]
                                : (byte)(((source[at + c] * alpha) + (255 * (255 - alpha)) + 127) / 255);
                    }
                }
            }
        );
        return new RgbImage(Width, Height, pixels);
    }

    /// <summary>(height, width, 4) bytes: red, green, blue, alpha.</summary>
    public byte[] ToRgba()
    {
        byte[] pixels = new byte[4 * Width * Height];
        ReadOnlySpan<byte> source = _bitmap.GetPixelSpan();
        for (int y = 0; y < Height; y++)
        {
            (int at, int step) = Row(y);
            for (int to = 4 * Width * y, end = to + (4 * Width); to < end; to += 4, at += step)
            {
                source.Slice(at, 4).CopyTo(pixels.AsSpan(to));
            }
        }

        return pixels;
    }

    public void Dispose() => _bitmap.Dispose();

    /// <summary>Where a row of the turned picture begins in the file's pixels, and how many bytes on its next pixel
    /// lies.</summary>
    private (int First, int Step) Row(int y)
    {
        (int width, int height) = (_bitmap.Width, _bitmap.Height);
        (int x0, int y0, int dx, int dy) = _origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, y, -1, 0),
            SKEncodedOrigin.BottomRight => (width - 1, height - 1 - y, -1, 0),
            SKEncodedOrigin.BottomLeft => (0, height - 1 - y, 1, 0),
            SKEncodedOrigin.LeftTop => (y, 0, 0, 1),
            SKEncodedOrigin.RightTop => (y, height - 1, 0, -1),
            SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1, 0, -1),
            SKEncodedOrigin.LeftBottom => (width - 1 - y, 0, 0, 1),
            _ => (0, y, 1, 0),
        };
        return (4 * ((y0 * width) + x0), 4 * ((dy * width) + dx));
    }

    private static void Check(int width, int height, string name, ImageLimits limits)
    {
        if ((long)width * height > limits.MaxPixels)
        {
            throw new OmgLlavaException(
                $"'{name}' is {width} x {height} pixels; the limit is {limits.MaxPixels / 1_000_000} megapixels, so make it "
                    + $"smaller."
            );
        }

        if (Math.Max(width, height) > limits.MaxSide)
        {
            throw new OmgLlavaException(
                $"'{name}' is {width} x {height} pixels; the limit is {limits.MaxSide} pixels a side, so make it smaller."
            );
        }

        if (width < 1 || height < 1 || Math.Max(width, height) / Math.Min(width, height) > limits.MaxAspectRatio)
        {
            throw new OmgLlavaException($"'{name}' is {width} x {height} pixels; that shape is too narrow to look at.");
        }
    }
}
