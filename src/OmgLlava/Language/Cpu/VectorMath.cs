using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>Loops over numbers in vectors of eight.</summary>
internal static unsafe class VectorMath
{
    /// <summary>y = x / sqrt(mean(x²) + eps) * weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, int count, double epsilon, float* y)
    {
        Vector256<float> squares = Vector256<float>.Zero;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> value = Vector256.Load(x + i);
            squares = Vector256.FusedMultiplyAdd(value, value, squares);
        }

        float sum = Vector256.Sum(squares);
        for (; i < count; i++)
        {
            sum += x[i] * x[i];
        }

        float factor = (float)(1 / Math.Sqrt((sum / count) + epsilon));
        for (i = 0; i + 8 <= count; i += 8)
        {
            (Vector256.Load(x + i) * Vector256.Create(factor) * Vector256.Load(weight + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = x[i] * factor * weight[i];
        }
    }

    /// <summary>Turns the two halves of a head (RoPE in the half-split form), in place.</summary>
    /// <param name="head">(size).</param>
    /// <param name="cosine">(size / 2).</param>
    /// <param name="sine">(size / 2).</param>
    /// <param name="half">size / 2.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* head, float* cosine, float* sine, int half)
    {
        int i = 0;
        for (; i + 8 <= half; i += 8)
        {
            Vector256<float> a = Vector256.Load(head + i);
            Vector256<float> b = Vector256.Load(head + half + i);
            Vector256<float> c = Vector256.Load(cosine + i);
            Vector256<float> s = Vector256.Load(sine + i);
            ((a * c) - (b * s)).Store(head + i);
            ((b * c) + (a * s)).Store(head + half + i);
        }

        for (; i < half; i++)
        {
            (float a, float b) = (head[i], head[half + i]);
            head[i] = (a * cosine[i]) - (b * sine[i]);
            head[half + i] = (b * cosine[i]) + (a * sine[i]);
        }
    }
}
