using System.Runtime.InteropServices;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>How large the whole numbers of <see cref="ScaledRows"/> may get.</summary>
internal enum RowFormat
{
    /// <summary>-31..31, stored in bytes as the others: archives of them are a quarter smaller.</summary>
    Int6 = 31,

    /// <summary>-127..127.</summary>
    Int8 = 127,
}

/// <summary>
/// A large matrix in 8 bits: whole numbers in its own shape, and beside them, as <c>NAME.scale</c>, one float32 for each row
/// (output channel) that says what a 1 stands for.
/// </summary>
internal static class ScaledRows
{
    /// <summary>What the name of the scales ends with.</summary>
    public const string Suffix = ".scale";

    private const int LeastElements = 1 << 14; // below, rounding saves nothing worth it

    /// <summary>Whether a tensor is a matrix (or a convolution's weights) that is worth rounding.</summary>
    public static bool Suit(TensorInfo info) =>
        info.Shape.Count >= 2
        && info.ElementCount >= LeastElements
        && ElementTypes.IsFloat(info.DType)
        && info.Name.EndsWith(".weight", StringComparison.Ordinal);

    /// <summary>What is stored for a tensor: whole numbers in its shape, and their scales (rows).</summary>
    public static (TensorInfo Numbers, TensorInfo Scales) Describe(TensorInfo info) =>
        (
            info with
            {
                DType = ElementType.Int8,
            },
            new TensorInfo(info.Name + Suffix, ElementType.Float32, [info.Shape[0]])
        );

    /// <summary>Rounds a matrix, row by row.</summary>
    /// <param name="values">(rows, columns).</param>
    /// <param name="numbers">(rows, columns).</param>
    /// <param name="scales">(rows).</param>
    /// <param name="format">How large the whole numbers may get.</param>
    /// <returns>Whether all values are finite; what is written is of no use otherwise.</returns>
    public static bool Round(ReadOnlySpan<float> values, Span<sbyte> numbers, Span<float> scales, RowFormat format)
    {
        int largest = (int)format;
        int columns = values.Length / scales.Length;
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<float> from = values.Slice(row * columns, columns);
            Span<sbyte> to = numbers.Slice(row * columns, columns);
            float extreme = 0;
            foreach (float value in from)
            {
                if (!float.IsFinite(value))
                {
                    return false;
                }

                extreme = MathF.Max(extreme, MathF.Abs(value));
            }

            float scale = extreme / largest;
            scales[row] = scale;
            for (int i = 0; i < columns; i++)
            {
                to[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(from[i] / scale), -largest, largest);
            }
        }

        return true;
    }

    /// <summary>What a matrix was rounded to before: rounded so once more, it gives the same whole numbers.</summary>
    /// <param name="values">(rows, columns), as <see cref="Restore"/> gave them.</param>
    /// <param name="rows">How many.</param>
    public static RowFormat FormatOf(ReadOnlySpan<float> values, int rows)
    {
        int columns = values.Length / rows;
        for (int start = 0; start < values.Length; start += columns)
        {
            ReadOnlySpan<float> row = values.Slice(start, columns);
            float extreme = 0;
            foreach (float value in row)
            {
                extreme = MathF.Max(extreme, MathF.Abs(value));
            }

            float scale = extreme / (int)RowFormat.Int6;
            foreach (float value in row)
            {
                float number = scale == 0 ? 0 : value / scale;
                if (MathF.Abs(number - MathF.Round(number)) > 0.001f)
                {
                    return RowFormat.Int8;
                }
            }
        }

        return RowFormat.Int6;
    }

    /// <summary>The numbers that whole ones stand for.</summary>
    /// <param name="numbers">(rows, columns).</param>
    /// <param name="scales">(rows).</param>
    /// <param name="values">(rows, columns).</param>
    public static void Restore(ReadOnlySpan<byte> numbers, ReadOnlySpan<float> scales, Span<float> values)
    {
        ReadOnlySpan<sbyte> signed = MemoryMarshal.Cast<byte, sbyte>(numbers);
        int columns = values.Length / scales.Length;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = signed[i] * scales[i / columns];
        }
    }
}
