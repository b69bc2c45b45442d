using System.Numerics;
using System.Runtime.InteropServices;

namespace OmgLlava.Formats;

/// <summary>Reading and rounding the elements of stored tensors without a tensor library.</summary>
internal static class ElementTypes
{
    /// <summary>What <see cref="Convert"/> holds as 32-bit fractions at a time.</summary>
    private const int BlockElements = 2048;

    /// <summary>Whether a type holds fractions.</summary>
    public static bool IsFloat(ElementType type) => Precision(type) > 0;

    /// <summary>Bits of the significand; 0 for whole numbers.</summary>
    public static int Precision(ElementType type) =>
        type switch
        {
            ElementType.BFloat16 => 8,
            ElementType.Float16 => 11,
            ElementType.Float32 => 24,
            ElementType.Float64 => 53,
            _ => 0,
        };

    /// <summary>Bytes of one element.</summary>
    public static int Size(ElementType type) => type switch
    {
        ElementType.Byte or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Int32 or ElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Writes elements of one type of fractions as those of another, rounded to the nearest, ties to even.</summary>
    /// <param name="elements">What to read.</param>
    /// <param name="from">Their type.</param>
    /// <param name="converted">As many elements.</param>
    /// <param name="to">Their type.</param>
    public static void Convert(ReadOnlySpan<byte> elements, ElementType from, Span<byte> converted, ElementType to)
    {
        if (from == to)
        {
            elements.CopyTo(converted);
            return;
        }

        Span<float> block = stackalloc float[BlockElements];
        (int size, int newSize) = (Size(from), Size(to));
        for (int at = 0, count = elements.Length / size; at < count; at += block.Length)
        {
            Span<float> values = block[..Math.Min(block.Length, count - at)];
            ToSingle(elements.Slice(at * size, values.Length * size), from, values);
            FromSingle(values, to, converted.Slice(at * newSize, values.Length * newSize));
        }
    }

    /// <summary>Reads elements as 32-bit fractions.</summary>
    /// <exception cref="OmgLlavaException">They are whole numbers.</exception>
    public static void ToSingle(ReadOnlySpan<byte> elements, ElementType type, Span<float> values)
    {
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.Cast<byte, float>(elements).CopyTo(values);
                break;
            case ElementType.BFloat16:
                FromBFloat16(MemoryMarshal.Cast<byte, ushort>(elements), values);

                break;
            case ElementType.Float16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(elements);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)halves[i];
                }

                break;
            case ElementType.Float64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(elements);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)doubles[i];
                }

                break;
            default:
                throw new OmgLlavaException($"Weights of type {type} are not supported.");
        }
    }

    /// <summary>Elements of any type; whole numbers of 64 bits are rounded above 2^53.</summary>
    public static double[] ToDouble(ReadOnlySpan<byte> elements, ElementType type)
    {
        double[] values = new double[elements.Length / Size(type)];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = elements[(i * Size(type))..];
            values[i] = type switch
            {
                ElementType.Byte or ElementType.Bool => element[0],
                ElementType.Int8 => (sbyte)element[0],
                ElementType.Int16 => MemoryMarshal.Read<short>(element),
                ElementType.Int32 => MemoryMarshal.Read<int>(element),
                ElementType.Int64 => MemoryMarshal.Read<long>(element),
                ElementType.Float16 => (double)MemoryMarshal.Read<Half>(element),
                ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(element) << 16),
                ElementType.Float32 => MemoryMarshal.Read<float>(element),
                _ => MemoryMarshal.Read<double>(element),
            };
        }

        return values;
    }

    /// <summary>Writes 32-bit fractions as elements, rounded to the nearest, ties to even.</summary>
    public static void FromSingle(ReadOnlySpan<float> values, ElementType type, Span<byte> elements)
    {
        switch (type)
        {
            case ElementType.Float32:
                values.CopyTo(MemoryMarshal.Cast<byte, float>(elements));
                break;
            case ElementType.BFloat16:
                ToBFloat16(values, MemoryMarshal.Cast<byte, ushort>(elements));

                break;
            case ElementType.Float16:
                Span<Half> halves = MemoryMarshal.Cast<byte, Half>(elements);
                for (int i = 0; i < values.Length; i++)
                {
                    halves[i] = (Half)values[i];
                }

                break;
            case ElementType.Float64:
                Span<double> doubles = MemoryMarshal.Cast<byte, double>(elements);
                for (int i = 0; i < values.Length; i++)
                {
                    doubles[i] = values[i];
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Only types of fractions can be written as such.");
        }
    }

    private static void FromBFloat16(ReadOnlySpan<ushort> elements, Span<float> values)
    {
        int at = 0;
        for (int step = Vector<ushort>.Count; at <= values.Length - step; at += step)
        {
            Vector.Widen(new Vector<ushort>(elements[at..]), out Vector<uint> low, out Vector<uint> high);
            Vector.AsVectorSingle(low << 16).CopyTo(values[at..]);
            Vector.AsVectorSingle(high << 16).CopyTo(values[(at + Vector<uint>.Count)..]);
        }

        for (; at < values.Length; at++)
        {
            values[at] = BitConverter.UInt32BitsToSingle((uint)elements[at] << 16);
        }
    }

    private static void ToBFloat16(ReadOnlySpan<float> values, Span<ushort> elements)
    {
        int at = 0;
        for (int step = Vector<ushort>.Count; at <= values.Length - step; at += step)
        {
            Vector<uint> low = Rounded(new Vector<float>(values[at..])),
                high = Rounded(new Vector<float>(values[(at + Vector<float>.Count)..]));
            Vector.Narrow(low, high).CopyTo(elements[at..]);
        }

        for (; at < values.Length; at++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[at]);
            elements[at] = float.IsNaN(values[at])
                ? (ushort)((bits >> 16) | 0x40)
                : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    private static Vector<uint> Rounded(Vector<float> values)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(values),
            upper = bits >>> 16;
        Vector<uint> rounded = (bits + new Vector<uint>(0x7FFF) + (upper & Vector<uint>.One)) >>> 16;
        Vector<uint> numbers = Vector.AsVectorUInt32(Vector.Equals(values, values)); // all bits where it is one
        return Vector.ConditionalSelect(numbers, rounded, upper | new Vector<uint>(0x40));
    }
}
