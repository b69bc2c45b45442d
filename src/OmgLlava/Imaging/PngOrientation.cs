using System.Buffers.Binary;
using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>The orientation in the eXIf chunk of a PNG file, which the codec does not read.</summary>
internal static class PngOrientation
{
    private const int LongestExif = 1 << 16;
    private const int OrientationTag = 0x112;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>Reads it; <see cref="SKEncodedOrigin.TopLeft"/> where there is none, where it is damaged, or where the file is no
    /// PNG.</summary>
    public static SKEncodedOrigin Read(Stream file)
    {
        Span<byte> head = stackalloc byte[8];
        file.Position = 0;
        if (!Fill(file, head) || !head.SequenceEqual(Signature))
        {
            return SKEncodedOrigin.TopLeft;
        }

        while (Fill(file, head))
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (head[4..].SequenceEqual("eXIf"u8) && length <= LongestExif)
            {
                byte[] exif = new byte[length];
                return Fill(file, exif) ? Parse(exif) : SKEncodedOrigin.TopLeft;
            }

            long next = file.Position + length + 4; // and the checksum
            if (next > file.Length)
            {
                break;
            }

            file.Position = next;
        }

        return SKEncodedOrigin.TopLeft;
    }

    /// <summary>Finds the orientation among the entries of the first directory of a TIFF header.</summary>
    private static SKEncodedOrigin Parse(ReadOnlySpan<byte> exif)
    {
        bool little = exif.StartsWith("II"u8);
        if (exif.Length < 8 || (!little && !exif.StartsWith("MM"u8)))
        {
            return SKEncodedOrigin.TopLeft;
        }

        long directory = little
            ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        int entries = directory + 2 <= exif.Length ? Short(exif[(int)directory..], little) : 0;
        for (int i = 0; i < entries; i++)
        {
            long at = directory + 2 + (12L * i);
            if (at + 12 > exif.Length)
            {
                break;
            }

            ReadOnlySpan<byte> entry = exif[(int)at..];
            if (Short(entry, little) == OrientationTag)
            {
                return Short(entry[8..], little) is >= 1 and <= 8 and int origin
                    ? (SKEncodedOrigin)origin
                    : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static bool Fill(Stream file, Span<byte> bytes) =>
        file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
}
