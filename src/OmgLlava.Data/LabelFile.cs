using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>Reads PNG files whose pixels are numbers, not colours.</summary>
internal static class LabelFile
{
    // Nobody looks at them with the model, so any shape will do.
    private static readonly ImageLimits Limits = new() { MaxAspectRatio = int.MaxValue };

    /// <exception cref="OmgLlavaException">The file is missing, damaged, or has colours of a palette instead of numbers.</exception>
    public static RgbImage Load(string path)
    {
        const int Header = 33; // signature and IHDR
        const int Palette = 3;
        byte[] header = new byte[Header];
        using (FileStream file = DataFiles.OpenRead(path))
        {
            if (file.ReadAtLeast(header, Header, throwOnEndOfStream: false) < Header || !header.AsSpan(1, 7).SequenceEqual("PNG\r\n\u001a\n"u8))
            {
                throw new OmgLlavaException($"'{path}' is not a PNG file.");
            }
        }

        (byte depth, byte kind) = (header[24], header[25]);
        return depth == 8 && kind != Palette
            ? ImageFile.LoadExact(path, Limits)
            : throw new OmgLlavaException($"'{path}' is a PNG of {(kind == Palette ? "palette colours" : $"{depth} bits")}; label maps have 8-bit grey or RGB pixels, so convert it.");
    }

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
