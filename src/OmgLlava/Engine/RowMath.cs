using System.Numerics;
using System.Runtime.InteropServices;

namespace OmgLlava.Engine;

/// <summary>Arithmetic of single rows, on the caller's thread, for what takes no time.</summary>
internal static class RowMath
{
    /// <summary>The largest number.</summary>
    public static float Max(ReadOnlySpan<float> x)
    {
        float most = float.NegativeInfinity;
        foreach (float value in x)
        {
            most = MathF.Max(most, value);
        }

        return most;
    }

    /// <summary>The sum of squares.</summary>
    public static float SumOfSquares(ReadOnlySpan<float> x)
    {
        Vector<float> sums = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(x);
        foreach (Vector<float> vector in vectors)
        {
            sums += vector * vector;
        }

        float sum = Vector.Sum(sums);
        foreach (float value in x[(vectors.Length * Vector<float>.Count)..])
        {
            sum += value * value;
        }

        return sum;
    }

    /// <summary>x *= factor.</summary>
    public static void Scale(Span<float> x, float factor)
    {
        foreach (ref float value in x)
        {
            value *= factor;
        }
    }

    /// <summary>x += factor * y.</summary>
    public static void AddScaled(Span<float> x, ReadOnlySpan<float> y, float factor)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(x);
        ReadOnlySpan<Vector<float>> others = MemoryMarshal.Cast<float, Vector<float>>(y);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] += others[i] * factor;
        }

        for (int i = vectors.Length * Vector<float>.Count; i < x.Length; i++)
        {
            x[i] += factor * y[i];
        }
    }

    /// <summary>x = softmax(x).</summary>
    public static void Softmax(Span<float> x)
    {
        float most = Max(x);
        float sum = 0;
        foreach (ref float value in x)
        {
            value = MathF.Exp(value - most);
            sum += value;
        }

        Scale(x, 1 / sum);
    }
}
