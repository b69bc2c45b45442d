using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>
/// Reads and writes picture files: PNG, JPEG, WebP, BMP and the first frame of a GIF. The EXIF orientation is applied and alpha is
/// flattened onto white.
/// </summary>
public static class ImageFile
{
    /// <summary>Reads a picture from a file.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, no picture, damaged, or larger than the limits allow.</exception>
    public static RgbImage Load(string path, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        return WithFile(path, file =>
        {
            if (file.Length > limits.MaxFileBytes)
            {
                throw new OmgLlavaException($"The image '{path}' has {file.Length >> 20} MB; the limit is {limits.MaxFileBytes >> 20} MB.");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Decode(bytes, path, limits);
        });
    }

    /// <summary>Reads the size of a picture from the head of its file, turned the way its EXIF orientation says.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or no picture.</exception>
    public static (int Width, int Height) ReadSize(string path) => WithFile(path, file =>
    {
        using SKCodec codec = SKCodec.Create(file)
            ?? throw new OmgLlavaException($"'{path}' is not a PNG, JPEG, WebP, BMP or GIF image, or its header is damaged.");
        return codec.EncodedOrigin >= SKEncodedOrigin.LeftTop ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    });

    /// <summary>Decodes a picture in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="limits">What it may cost; null for the defaults.</param>
    /// <exception cref="OmgLlavaException">The bytes are no picture, are damaged, or claim more than the limits allow.</exception>
    public static RgbImage Decode(byte[] bytes, string name, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec codec = SKCodec.Create(data)
            ?? throw new OmgLlavaException($"'{name}' is not a PNG, JPEG, WebP, BMP or GIF image, or its header is damaged.");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > limits.MaxPixels)
        {
            throw new OmgLlavaException($"'{name}' is {width} x {height} pixels; the limit is {limits.MaxPixels / 1_000_000} megapixels, so make it smaller.");
        }

        if (Math.Max(width, height) > limits.MaxSide)
        {
            throw new OmgLlavaException($"'{name}' is {width} x {height} pixels; the limit is {limits.MaxSide} pixels a side, so make it smaller.");
        }

        if (width < 1 || height < 1 || Math.Max(width, height) / Math.Min(width, height) > limits.MaxAspectRatio)
        {
            throw new OmgLlavaException($"'{name}' is {width} x {height} pixels; that shape is too narrow to look at.");
        }

        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        SKCodecResult result = codec.GetPixels(info, bitmap.GetPixels());
        return result == SKCodecResult.Success
            ? Orient(bitmap, codec.EncodedOrigin)
            : throw new OmgLlavaException($"'{name}' is damaged or cut off ({result}); it cannot be read completely.");
    }

    /// <summary>The picture as a PNG file.</summary>
    public static byte[] EncodePng(RgbImage image)
    {
        using SKBitmap bitmap = ToBitmap(image);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Writes the picture as a PNG file, which appears under its name only when it is whole.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void SavePng(RgbImage image, string path) => Weights.TensorFiles.Replace(path, file => file.Write(EncodePng(image)));

    /// <summary>A bitmap that SkiaSharp can draw on.</summary>
    internal static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> target = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> source = image.Pixels;
        for (int i = 0, j = 0; i < source.Length; i += 3, j += 4)
        {
            (target[j], target[j + 1], target[j + 2], target[j + 3]) = (source[i], source[i + 1], source[i + 2], 255);
        }

        return bitmap;
    }

    /// <summary>The pixels of an opaque RGBA bitmap.</summary>
    internal static RgbImage FromBitmap(SKBitmap bitmap)
    {
        ReadOnlySpan<byte> source = bitmap.GetPixelSpan();
        byte[] pixels = new byte[bitmap.Width * bitmap.Height * 3];
        for (int i = 0, j = 0; i < pixels.Length; i += 3, j += 4)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (source[j], source[j + 1], source[j + 2]);
        }

        return new RgbImage(bitmap.Width, bitmap.Height, pixels);
    }

    private static T WithFile<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OmgLlavaException($"The image '{path}' does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = Directory.Exists(path) ? "it is a folder" : error.Message.TrimEnd('.');
            throw new OmgLlavaException($"The image '{path}' cannot be read: {why}.", error);
        }
    }

    /// <summary>Flattens alpha onto white and turns the picture the way its EXIF orientation says.</summary>
    private static RgbImage Orient(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        (int width, int height) = (bitmap.Width, bitmap.Height);
        bool swap = origin >= SKEncodedOrigin.LeftTop;
        (int outWidth, int outHeight) = swap ? (height, width) : (width, height);
        ReadOnlySpan<byte> source = bitmap.GetPixelSpan();
        byte[] pixels = new byte[3 * outWidth * outHeight];
        for (int y = 0; y < outHeight; y++)
        {
            for (int x = 0; x < outWidth; x++)
            {
                (int sx, int sy) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, height - 1 - x),
                    SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1 - x),
                    SKEncodedOrigin.LeftBottom => (width - 1 - y, x),
                    _ => (x, y),
                };
                int from = ((sy * width) + sx) * 4;
                int to = ((y * outWidth) + x) * 3;
                int alpha = source[from + 3];
                for (int c = 0; c < 3; c++)
                {
                    pixels[to + c] = (byte)(((source[from + c] * alpha) + (255 * (255 - alpha)) + 127) / 255);
                }
            }
        }

        return new RgbImage(outWidth, outHeight, pixels);
    }
}
