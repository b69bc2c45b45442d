using System.Runtime.InteropServices;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>
/// A large matrix in 8 bits: whole numbers -127..127 in its own shape, and beside them, as <c>NAME.scale</c>, one float32 for
/// each row (output channel) that says what a 1 stands for.
/// </summary>
internal static class ScaledRows
{
    /// <summary>What the name of the scales ends with.</summary>
    public const string Suffix = ".scale";

    private const int Largest = 127;
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
    /// <returns>Whether all values are finite; what is written is of no use otherwise.</returns>
    public static bool Round(ReadOnlySpan<float> values, Span<sbyte> numbers, Span<float> scales)
    {
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

            float scale = extreme / Largest;
            scales[row] = scale;
            for (int i = 0; i < columns; i++)
            {
                to[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(from[i] / scale), -Largest, Largest);
            }
        }

        return true;
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
