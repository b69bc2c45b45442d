using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>Reads PNG files whose pixels are numbers, not colours.</summary>
internal static class LabelFile
{
    // Nobody looks at them with the model, so any shape will do.
    private static readonly ImageLimits Limits = new() { MaxAspectRatio = int.MaxValue };

    private const int Header = 33; // signature and IHDR
    private const int Palette = 3;
    private const int Twice = -1;

    /// <exception cref="OmgLlavaException">The file is missing, damaged, or has colours of a palette instead of
    /// numbers.</exception>
    public static RgbImage Load(string path)
    {
        (byte depth, byte kind) = ReadKind(path);
        return depth == 8 && kind != Palette
            ? ImageFile.LoadExact(path, Limits)
            : throw new OmgLlavaException(
                $"'{path}' is a PNG of {(kind == Palette ? "palette colours" : $"{depth} bits")}; label maps have 8-bit grey "
                    + $"or RGB pixels, so convert it."
            );
    }

    private static (byte Depth, byte Kind) ReadKind(string path)
    {
        byte[] header = new byte[Header];
        using (FileStream file = DataFiles.OpenRead(path))
        {
            if (
                file.ReadAtLeast(header, Header, throwOnEndOfStream: false) < Header
                || !header.AsSpan(1, 7).SequenceEqual("PNG\r\n\u001a\n"u8)
            )
            {
                throw new OmgLlavaException($"'{path}' is not a PNG file.");
            }
        }

        return (header[24], header[25]);
    }

    /// <summary>The label of every pixel, row-major: the number of its palette's colour, or its grey level.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, damaged, in colours, or its palette has a used colour
    /// twice.</exception>
    public static byte[] Indices(string path, out int width, out int height)
    {
        if (ReadKind(path) is not (_, Palette))
        {
            return Grey(path, out width, out height);
        }

        Dictionary<int, int> index = ReadPalette(path);
        RgbImage image = ImageFile.LoadExact(path, Limits);
        (width, height) = (image.Width, image.Height);
        ReadOnlySpan<byte> pixels = image.Pixels;
        byte[] labels = new byte[width * height];
        for (int i = 0; i < labels.Length; i++)
        {
            int label = index.GetValueOrDefault(Color(pixels[(3 * i)..]), Twice);
            labels[i] =
                label == Twice
                    ? throw new OmgLlavaException(
                        $"'{path}' has a colour that its palette has twice or not at all, so that its labels cannot be told."
                    )
                    : (byte)label;
        }

        return labels;
    }

    /// <summary>The number of each colour.</summary>
    private static Dictionary<int, int> ReadPalette(string path)
    {
        const int MostColors = 256;
        using FileStream file = DataFiles.OpenRead(path);
        Span<byte> chunk = stackalloc byte[8];
        file.Position = Header;
        while (file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false) == chunk.Length)
        {
            uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (!chunk[4..].SequenceEqual("PLTE"u8))
            {
                file.Position += length + 4L; // and its checksum
                continue;
            }

            byte[] colors = new byte[Math.Min(length, 3 * MostColors)];
            if (file.ReadAtLeast(colors, colors.Length, throwOnEndOfStream: false) < colors.Length)
            {
                break;
            }

            var index = new Dictionary<int, int>();
            for (int i = 0; i < colors.Length / 3; i++)
            {
                int color = Color(colors.AsSpan(3 * i));
                index[color] = index.ContainsKey(color) ? Twice : i;
            }

            return index;
        }

        throw new OmgLlavaException($"'{path}' is a PNG of palette colours without a palette.");
    }

    private static int Color(ReadOnlySpan<byte> pixel) => (pixel[0] << 16) | (pixel[1] << 8) | pixel[2];

    /// <summary>The label of every pixel of a grey PNG, row-major.</summary>
    public static byte[] Grey(string path, out int width, out int height)
    {
        RgbImage image = Load(path);
        (width, height) = (image.Width, image.Height);
        ReadOnlySpan<byte> pixels = image.Pixels;
        byte[] labels = new byte[width * height];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = pixels[3 * i];
        }

        return labels;
    }
}
