using OmgLlava.Files;
using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>
/// Reads and writes picture files: PNG, JPEG, WebP, BMP and the first frame of a GIF. A picture is read as a viewer shows it: its
/// EXIF orientation is applied, its colours are brought to sRGB by its profile, and alpha is flattened onto white.
/// </summary>
public static class ImageFile
{
    /// <summary>Reads a picture from a file, a pipe or a device.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, no picture, damaged, or larger than the limits allow.</exception>
    public static RgbImage Load(string path, ImageLimits? limits = null) =>
        Decode(ReadBytes(path, limits ?? ImageLimits.Default), path, limits);

    /// <summary>Reads a picture whose pixels are no colours, such as a map of labels: the numbers of the file, whatever profile
    /// it has.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, no picture, damaged, or larger than the limits allow.</exception>
    internal static RgbImage LoadExact(string path, ImageLimits limits)
    {
        using DecodedPicture picture = DecodedPicture.Decode(ReadBytes(path, limits), path, limits, exact: true);
        return picture.Flatten();
    }

    /// <summary>Reads the size of a picture from the head of its file, turned the way its EXIF orientation says.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or no picture.</exception>
    public static (int Width, int Height) ReadSize(string path) =>
        WithFile(
            path,
            file =>
            {
                byte[] start = new byte[4096];
                int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
                file.Position = 0;
                using SKCodec codec = SKCodec.Create(file) ?? throw NotAPicture.Explain(start.AsSpan(0, read), path);
                return DecodedPicture.Turned(codec.Info.Width, codec.Info.Height, DecodedPicture.Origin(codec, file));
            }
        );

    /// <summary>Decodes a picture in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="limits">What it may cost; null for the defaults.</param>
    /// <exception cref="OmgLlavaException">The bytes are no picture, are damaged, or claim more than the limits
    /// allow.</exception>
    public static RgbImage Decode(byte[] bytes, string name, ImageLimits? limits = null)
    {
        using DecodedPicture picture = DecodedPicture.Decode(bytes, name, limits ?? ImageLimits.Default, exact: false);
        return picture.Flatten();
    }

    /// <summary>The picture as a PNG file.</summary>
    public static byte[] EncodePng(RgbImage image) => PictureFormats.Encode(image, PictureFormat.Png);

    /// <summary>Writes the picture as a PNG file, which appears under its name only when it is whole.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void SavePng(RgbImage image, string path) =>
        OutputFile.Write(path, file => file.Write(EncodePng(image)));

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

    /// <summary>A whole file; of a pipe or a device as much as it gives.</summary>
    internal static byte[] ReadBytes(string path, ImageLimits limits) => WithFile(path, file => ReadBytes(file, path, limits));

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="OmgLlavaException">It has more bytes than the limits allow.</exception>
    internal static byte[] ReadBytes(Stream stream, string name, ImageLimits limits)
    {
        if (stream.CanSeek && stream.Length > 0)
        {
            RequireSize(stream.Length, name, limits);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }

        using var whole = new MemoryStream();
        byte[] part = new byte[1 << 16];
        for (int count = stream.Read(part); count > 0; count = stream.Read(part))
        {
            RequireSize(whole.Length + count, name, limits);
            whole.Write(part, 0, count);
        }

        return whole.ToArray();
    }

    private static void RequireSize(long bytes, string name, ImageLimits limits)
    {
        if (bytes > limits.MaxFileBytes)
        {
            throw new OmgLlavaException(
                $"The image '{name}' has more than {limits.MaxFileBytes >> 20} MB, the limit; make it smaller."
            );
        }
    }

    private static T WithFile<T>(string path, Func<FileStream, T> read)
    {
        if (path.Length == 0)
        {
            throw new OmgLlavaException("The image has no name; give the path of a picture.");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OmgLlavaException($"The image '{path}' does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string why = Directory.Exists(path) ? "it is a folder" : error.Message.TrimEnd('.');
            throw new OmgLlavaException($"The image '{path}' cannot be read: {why}.", error);
        }
    }
}
