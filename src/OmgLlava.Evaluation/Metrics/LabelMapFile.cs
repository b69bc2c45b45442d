using System.Runtime.InteropServices;
using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>Reads pictures whose colours are numbers. No colour is converted, so the numbers are those of the file.</summary>
public static class LabelMapFile
{
    /// <summary>Reads the ids of a panoptic map: R + 256 G + 65536 B.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, no picture, damaged or too large.</exception>
    public static LabelMap LoadIds(string path)
    {
        using SKCodec codec = Open(path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        uint[] pixels = new uint[info.Width * info.Height];
        Decode(codec, info, MemoryMarshal.AsBytes(pixels.AsSpan()), path);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] &= 0xffffff; // little-endian: red is the lowest byte, alpha the highest
        }

        return new LabelMap(info.Width, info.Height, pixels);
    }

    /// <summary>Reads the classes of a semantic map: the grey level of each pixel.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, no picture, damaged or too large, or has colours.</exception>
    public static LabelMap LoadLabels(string path)
    {
        LabelMap map = LoadIds(path);
        for (int i = 0; i < map.Ids.Length; i++)
        {
            uint id = map.Ids[i];
            uint level = id & 0xff;
            map.Ids[i] =
                id == level * 0x010101
                    ? level
                    : throw new OmgLlavaException(
                        $"The label map '{path}' has colours; an 8-bit grey picture of class numbers is needed."
                    );
        }

        return map;
    }

    private static SKCodec Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new OmgLlavaException($"The label map '{path}' does not exist.");
        }

        CheckHeader(path);
        SKCodec codec =
            SKCodec.Create(path, out SKCodecResult result)
            ?? throw new OmgLlavaException($"The label map '{path}' is no picture, or its header is damaged ({result}).");
        if ((long)codec.Info.Width * codec.Info.Height > ImageLimits.Default.MaxPixels)
        {
            using (codec)
            {
                throw new OmgLlavaException(
                    $"The label map '{path}' is {codec.Info.Width} x {codec.Info.Height} pixels, which is too large."
                );
            }
        }

        return codec;
    }

    /// <summary>Refuses PNG files whose pixels are colours of a palette or have 16 bits: decoding would change the
    /// numbers.</summary>
    private static void CheckHeader(string path)
    {
        const int Depth = 24,
            Kind = 25,
            Palette = 3;
        byte[] header = new byte[Kind + 1];
        using FileStream file = File.OpenRead(path);
        if (
            file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length
            && header.AsSpan(1, 3).SequenceEqual("PNG"u8)
            && (header[Kind] == Palette || header[Depth] > 8)
        )
        {
            string what = header[Kind] == Palette ? "the colours of a palette" : $"{header[Depth]} bits";
            throw new OmgLlavaException(
                $"The label map '{path}' is a PNG of {what}; convert it to 8-bit grey or RGB pixels that hold the numbers."
            );
        }
    }

    private static unsafe void Decode(SKCodec codec, SKImageInfo info, Span<byte> pixels, string path)
    {
        fixed (byte* target = pixels)
        {
            SKCodecResult result = codec.GetPixels(info, (nint)target);
            if (result != SKCodecResult.Success)
            {
                throw new OmgLlavaException($"The label map '{path}' is damaged or cut off.");
            }
        }
    }
}
