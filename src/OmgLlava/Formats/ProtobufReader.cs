using System.Buffers.Binary;

namespace OmgLlava.Formats;

/// <summary>
/// Walks over the fields of a protobuf message (the wire format: number and kind, then a varint, 4 or 8 bytes, or a length and as
/// many bytes). What runs past the end of the message is refused.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int MostVarintBytes = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Number of the field that was read last, 1 or more.</summary>
    public int Field { get; private set; }

    /// <summary>Its value where it is a varint or of 4 or 8 bytes: the bits.</summary>
    public ulong Bits { get; private set; }

    /// <summary>Its bytes where it has a length: text, a message in the message, packed numbers.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether it has a length.</summary>
    public bool HasLength { get; private set; }

    /// <summary>Goes on to the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    public bool Next()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        ulong key = Varint();
        ulong field = key >> 3;
        if (field is 0 or > int.MaxValue)
        {
            throw new InvalidDataException("a field has no valid number");
        }

        (Field, Bits, HasLength) = ((int)field, 0, false);
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Bits = Varint();
                break;
            case 1:
                Bits = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case 2:
                Bytes = Take(Varint());
                HasLength = true;
                break;
            case 5:
                Bits = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            default:
                throw new InvalidDataException($"field {Field} is of a kind that is not known");
        }

        return true;
    }

    /// <summary>Reads a varint of packed numbers.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The numbers are damaged.</exception>
    public bool NextPacked(out ulong value)
    {
        bool more = _position < _message.Length;
        value = more ? Varint() : 0;
        return more;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < MostVarintBytes; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number does not end");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _position))
        {
            throw new InvalidDataException("it is cut off");
        }

        ReadOnlySpan<byte> taken = _message.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }
}
