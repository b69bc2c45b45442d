using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>Weights in a floating-point format, eight rows in a vector, on whatever vectors the processor has.</summary>
internal sealed unsafe class FloatKernel<TWeights> : WeightKernel
    where TWeights : IFloatWeights
{
    private const int Together = 4; // tokens whose sums stay in registers

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Vector(byte* weights, int groups, Activations x, int token, float* output)
    {
        float* a = x.Values + ((long)token * x.Columns);
        for (int group = 0; group < groups; group++, output += 16)
        {
            Vector256<float> upper = Vector256<float>.Zero;
            Vector256<float> lower = Vector256<float>.Zero;
            for (int i = 0; i < x.Columns; i++, weights += TWeights.ColumnBytes)
            {
                Vector256<float> value = Vector256.Create(a[i]);
                (Vector256<float> w0, Vector256<float> w1) = TWeights.Load(weights);
                upper = Vector256.FusedMultiplyAdd(w0, value, upper);
                lower = Vector256.FusedMultiplyAdd(w1, value, lower);
            }

            upper.Store(output);
            lower.Store(output + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tile(byte* weights, Activations x, int first, int tokens, float* tile)
    {
        long groupBytes = (long)x.Columns * TWeights.ColumnBytes;
        int token = 0;
        for (; token + Together <= tokens; token += Together)
        {
            for (int group = 0; group < TileGroups; group++)
            {
                Four(
                    weights + (group * groupBytes),
                    x.Values + ((long)(first + token) * x.Columns),
                    x.Columns,
                    tile + (token * TileRows) + (16 * group)
                );
            }
        }

        for (; token < tokens; token++)
        {
            Vector(weights, TileGroups, x, first + token, tile + (token * TileRows));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four(byte* w, float* a, int columns, float* y)
    {
        Vector256<float> p0 = default,
            p1 = default,
            p2 = default,
            p3 = default;
        Vector256<float> q0 = default,
            q1 = default,
            q2 = default,
            q3 = default;
        float* b = a + columns,
            c = b + columns,
            d = c + columns;
        for (int i = 0; i < columns; i++, w += TWeights.ColumnBytes)
        {
            (Vector256<float> w0, Vector256<float> w1) = TWeights.Load(w);
            Vector256<float> value = Vector256.Create(a[i]);
            p0 = Vector256.FusedMultiplyAdd(w0, value, p0);
            q0 = Vector256.FusedMultiplyAdd(w1, value, q0);
            value = Vector256.Create(b[i]);
            p1 = Vector256.FusedMultiplyAdd(w0, value, p1);
            q1 = Vector256.FusedMultiplyAdd(w1, value, q1);
            value = Vector256.Create(c[i]);
            p2 = Vector256.FusedMultiplyAdd(w0, value, p2);
            q2 = Vector256.FusedMultiplyAdd(w1, value, q2);
            value = Vector256.Create(d[i]);
            p3 = Vector256.FusedMultiplyAdd(w0, value, p3);
            q3 = Vector256.FusedMultiplyAdd(w1, value, q3);
        }

        Store(y, p0, q0);
        Store(y + TileRows, p1, q1);
        Store(y + (2 * TileRows), p2, q2);
        Store(y + (3 * TileRows), p3, q3);
    }

    private static void Store(float* y, Vector256<float> upper, Vector256<float> lower)
    {
        upper.Store(y);
        lower.Store(y + 8);
    }
}
