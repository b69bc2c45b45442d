using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace OmgLlava.Fuzz;

/// <summary>Changes inputs at random: bits, bytes, numbers of every width, blocks, words of the format, halves of other
/// inputs.</summary>
/// <param name="random">Where chance comes from; the same seed gives the same changes.</param>
/// <param name="words">Pieces of the format.</param>
/// <param name="longest">Most bytes of a result.</param>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int longest)
{
    private static readonly long[] Numbers =
    [
        0,
        1,
        -1,
        2,
        7,
        16,
        31,
        32,
        63,
        64,
        100,
        127,
        128,
        255,
        256,
        1000,
        32767,
        32768,
        65535,
        65536,
        int.MaxValue,
        int.MinValue,
        uint.MaxValue,
        long.MaxValue,
        long.MinValue,
    ];

    /// <summary>A changed copy.</summary>
    /// <param name="input">The input to start from.</param>
    /// <param name="other">Another one, of which parts may be taken.</param>
    public byte[] Change(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (int rounds = 1 << random.Next(0, 5); rounds > 0; rounds--)
        {
            Step(bytes, other);
        }

        if (bytes.Count > longest)
        {
            bytes.RemoveRange(longest, bytes.Count - longest);
        }

        return [.. bytes];
    }

    private void Step(List<byte> bytes, byte[] other)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(1 << random.Next(0, 9), bytes.Count - at);
        if (at == bytes.Count)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        switch (random.Next(12))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = (byte)(bytes[at] + random.Next(-16, 17));
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                Overwrite(bytes, at, Number());
                break;
            case 6:
                bytes.InsertRange(at, Word());
                break;
            case 7:
                Overwrite(bytes, at, Word());
                break;
            case 8:
                ReplaceDigits(bytes, at);
                break;
            case 9:
                Splice(bytes, at, other);
                break;
            case 10:
                bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 1);
                break;
            default:
                bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 32)));
                break;
        }
    }

    private byte[] Word() => words.Count > 0 ? words[random.Next(words.Count)] : Number();

    /// <summary>A number of one, two, four or eight bytes, in either order, at or beside a border.</summary>
    private byte[] Number()
    {
        long value = Numbers[random.Next(Numbers.Length)] + random.Next(-1, 2);
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        byte[] part = bytes[..(1 << random.Next(4))];
        if (random.Next(2) == 0)
        {
            Array.Reverse(part);
        }

        return part;
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }

    /// <summary>Replaces the decimal number at or behind a place: lengths in text formats are as telling as those in binary
    /// ones.</summary>
    private void ReplaceDigits(List<byte> bytes, int at)
    {
        int first = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (first < 0)
        {
            return;
        }

        int end = first;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        string text = random.Next(6) switch
        {
            0 => "1e308",
            1 => "-0",
            2 => "0.5",
            _ => Numbers[random.Next(Numbers.Length)].ToString(CultureInfo.InvariantCulture),
        };
        bytes.RemoveRange(first, end - first);
        bytes.InsertRange(first, Encoding.ASCII.GetBytes(text));
    }

    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        if (other.Length == 0)
        {
            return;
        }

        int from = random.Next(other.Length);
        if (random.Next(2) == 0)
        {
            bytes.RemoveRange(at, bytes.Count - at);
            bytes.AddRange(other[from..]);
        }
        else
        {
            bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 256)]);
        }
    }
}
