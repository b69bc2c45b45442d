using System.Buffers.Binary;
using System.IO.Compression;

namespace OmgLlava.Tests.Data;

/// <summary>Writes PNG files of palette colours, as VOC's label maps are.</summary>
internal static class PalettePng
{
    /// <summary>The file.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="labels">Numbers of colours, row-major.</param>
    /// <param name="color">The colour of each of the 256 numbers; null for VOC's.</param>
    public static byte[] Write(int width, byte[] labels, Func<int, (byte Red, byte Green, byte Blue)>? color = null)
    {
        int height = labels.Length / width;
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3);
        byte[] palette = [.. Enumerable.Range(0, 256).Select(color ?? Voc).SelectMany(c => (byte[])[c.Item1, c.Item2, c.Item3])];
        using var packed = new MemoryStream();
        using (var pack = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            for (int y = 0; y < height; y++)
            {
                pack.WriteByte(0); // no filter
                pack.Write(labels, y * width, width);
            }
        }

        return
        [
            0x89,
            .. "PNG\r\n\u001a\n"u8,
            .. Chunk("IHDR"u8, header),
            .. Chunk("PLTE"u8, palette),
            .. Chunk("IDAT"u8, packed.ToArray()),
            .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>VOC's colour of a label: its bits, spread over the upper bits of three channels.</summary>
    private static (byte Red, byte Green, byte Blue) Voc(int label)
    {
        (int red, int green, int blue) = (0, 0, 0);
        for (int bit = 7; bit >= 0; bit--, label >>= 3)
        {
            (red, green, blue) = (
                red | ((label & 1) << bit),
                green | (((label >> 1) & 1) << bit),
                blue | (((label >> 2) & 1) << bit)
            );
        }

        return ((byte)red, (byte)green, (byte)blue);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        name.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        uint checksum = uint.MaxValue;
        foreach (byte value in chunk.AsSpan(4, content.Length + 4))
        {
            checksum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                checksum = (checksum >> 1) ^ (0xEDB88320 & (0 - (checksum & 1)));
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), ~checksum);
        return chunk;
    }
}
