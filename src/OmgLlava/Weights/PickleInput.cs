using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace OmgLlava.Weights;

/// <summary>The bytes of a pickle: opcodes, lengths, numbers and texts. No more memory is taken than what is left of the
/// file.</summary>
/// <param name="stream">Stands at the pickle's beginning.</param>
/// <param name="path">Where it comes from, for messages.</param>
internal sealed class PickleInput(Stream stream, string path)
{
    private const int MostLine = 1 << 20;

    /// <exception cref="EndOfStreamException">There is no more.</exception>
    public byte Opcode() => stream.ReadByte() is var opcode and >= 0 ? (byte)opcode : throw new EndOfStreamException();

    public byte[] Bytes(int count)
    {
        if (stream.CanSeek && count > stream.Length - stream.Position)
        {
            throw new EndOfStreamException();
        }

        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A length in 1, 4 or 8 bytes.</summary>
    public int Length(int size)
    {
        byte[] bytes = Bytes(size);
        long length = size switch
        {
            1 => bytes[0],
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };
        return length is >= 0 and <= int.MaxValue ? (int)length : throw Broken("it has a text or number of impossible length");
    }

    /// <summary>Up to the end of the line, without it.</summary>
    public string Line()
    {
        var line = new List<byte>();
        for (int b = stream.ReadByte(); b != '\n'; b = stream.ReadByte())
        {
            line.Add(b < 0 || line.Count > MostLine ? throw new EndOfStreamException() : (byte)b);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>A key of the memo in decimals.</summary>
    public long Key() => long.Parse(Line(), CultureInfo.InvariantCulture);

    /// <summary>INT: a number, or a truth written as 00 or 01.</summary>
    public object Integer() =>
        Line() switch
        {
            "00" => false,
            "01" => true,
            var text => long.Parse(text, CultureInfo.InvariantCulture),
        };

    /// <summary>LONG: decimals and an L.</summary>
    public BigInteger LongInteger() => BigInteger.Parse(Line().TrimEnd('L'), CultureInfo.InvariantCulture);

    /// <summary>LONG1, LONG4: a length and as many bytes, the lowest first.</summary>
    public BigInteger LongInteger(int lengthSize) => new(Bytes(Length(lengthSize)));

    /// <summary>STRING: a Python literal in quotes.</summary>
    public string Quoted()
    {
        string text = Line();
        return text.Length >= 2 && text[0] == text[^1] && text[0] is '\'' or '"'
            ? text[1..^1]
                .Replace("\\'", "'", StringComparison.Ordinal)
                .Replace("\\n", "\n", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal)
            : throw Broken("it has a text without quotes");
    }

    /// <summary>UNICODE: a line with escapes.</summary>
    public string Unescaped()
    {
        string text = Line();
        return text.Contains("\\u", StringComparison.Ordinal) ? System.Text.RegularExpressions.Regex.Unescape(text) : text;
    }

    /// <summary>What to say of a pickle that cannot be read.</summary>
    public OmgLlavaException Broken(string why) => new($"'{path}' is not a pickle that this reader takes: {why}.");
}
