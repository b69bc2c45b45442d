using System.Buffers.Binary;
using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.Tests.Imaging;

/// <summary>Pictures made in the test: four coloured quarters, and files of each format.</summary>
internal static class TestPictures
{
    /// <summary>Red, green, blue and white quarters: left to right, top to bottom.</summary>
    public static RgbImage Quarters(int width = 32, int height = 24)
    {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            (bool right, bool low) = (i % width >= width / 2, i / width >= height / 2);
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (right, low) switch
            {
                (false, false) => ((byte)255, (byte)0, (byte)0),
                (true, false) => ((byte)0, (byte)255, (byte)0),
                (false, true) => ((byte)0, (byte)0, (byte)255),
                _ => ((byte)255, (byte)255, (byte)255),
            };
        }

        return new RgbImage(width, height, pixels);
    }

    public static byte[] Encode(RgbImage image, SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = ImageFile.ToBitmap(image);
        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>24-bit BMP, rows from the bottom.</summary>
    public static byte[] Bmp(RgbImage image)
    {
        int stride = (3 * image.Width + 3) / 4 * 4;
        byte[] file = new byte[54 + (stride * image.Height)];
        "BM"u8.CopyTo(file);
        void Number(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        Number(2, file.Length);
        Number(10, 54);
        Number(14, 40);
        Number(18, image.Width);
        Number(22, image.Height);
        Number(26, 1 | (24 << 16));
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int to = 54 + ((image.Height - 1 - y) * stride) + (3 * x);
                int from = 3 * ((y * image.Width) + x);
                (file[to], file[to + 1], file[to + 2]) = (image.Pixels[from + 2], image.Pixels[from + 1], image.Pixels[from]);
            }
        }

        return file;
    }

    /// <summary>A GIF of two 2 x 2 frames: the first red, the second green. Codes are kept at three bits by a clear code before
    /// each pixel.</summary>
    public static byte[] TwoFrameGif()
    {
        using var gif = new MemoryStream();
        gif.Write("GIF89a"u8);
        gif.Write([2, 0, 2, 0, 0x80, 0, 0, 255, 0, 0, 0, 255, 0]); // size, global table of two colours
        for (int color = 0; color < 2; color++)
        {
            gif.Write([0x21, 0xF9, 4, 0, 10, 0, 0, 0]);
            gif.Write([0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2]); // frame of 2 x 2, two-bit symbols: clear is 4, end is 5
            var bits = new List<bool>();
            foreach (int code in (int[])[4, color, 4, color, 4, color, 4, color, 5])
            {
                bits.AddRange(Enumerable.Range(0, 3).Select(bit => ((code >> bit) & 1) == 1));
            }

            byte[] packed = new byte[(bits.Count + 7) / 8];
            foreach ((int i, bool bit) in bits.Index())
            {
                packed[i / 8] |= (byte)(bit ? 1 << (i % 8) : 0);
            }

            gif.WriteByte((byte)packed.Length);
            gif.Write(packed);
            gif.WriteByte(0);
        }

        gif.WriteByte(0x3B);
        return gif.ToArray();
    }

    /// <summary>Puts an EXIF block with an orientation, 1 to 8, behind the start of a JPEG.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF,
            0xE1,
            0,
            34,
            (byte)'E',
            (byte)'x',
            (byte)'i',
            (byte)'f',
            0,
            0,
            (byte)'M',
            (byte)'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte)orientation,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        return [.. jpeg.AsSpan(0, 2), .. exif, .. jpeg.AsSpan(2)];
    }

    /// <summary>The beginning of a PNG that claims a size.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        byte[] content = new byte[17];
        "IHDR"u8.CopyTo(content);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(8), height);
        (content[12], content[13]) = (8, 2);
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(content));
        return
        [
            0x89,
            (byte)'P',
            (byte)'N',
            (byte)'G',
            13,
            10,
            26,
            10,
            0,
            0,
            0,
            13,
            .. content,
            .. checksum,
            0,
            0,
            0,
            0,
            (byte)'I',
            (byte)'D',
            (byte)'A',
            (byte)'T',
        ];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
