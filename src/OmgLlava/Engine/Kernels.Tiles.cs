using System.Runtime.CompilerServices;
using Pair = int; // two whole numbers of 16 bits that are multiplied together; on the left side a float of the same bits

namespace OmgLlava.Engine;

/// <summary>The innermost part of matrix products: some rows times one panel, in registers.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    /// <summary>
    /// Up to six rows times one panel; rows that are not there repeat the last one, and are not written. Sums of
    /// pairs of whole numbers are exact, fit 32 bits within a block of columns, and become float32 in the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TW>(
        float* a0,
        long aStride,
        int rows,
        TW* w,
        int depth,
        float* y,
        long yStride,
        float* bias,
        float* scales,
        bool add,
        float* steps = null
    )
        where TW : unmanaged
    {
        float* a1 = rows > 1 ? a0 + aStride : a0;
        float* a2 = rows > 2 ? a1 + aStride : a1;
        float* a3 = rows > 3 ? a2 + aStride : a2;
        float* a4 = rows > 4 ? a3 + aStride : a3;
        float* a5 = rows > 5 ? a4 + aStride : a4;
        TV p0 = default,
            p1 = default,
            p2 = default,
            p3 = default,
            p4 = default,
            p5 = default;
        TV q0 = default,
            q1 = default,
            q2 = default,
            q3 = default,
            q4 = default,
            q5 = default;
        for (long i = 0; i < depth; i++)
        {
            TV u = Load(w);
            TV v = Load(w + TS.Count);
            w += 2 * TS.Count;
            TV a = TS.All(a0[i]);
            p0 = Accumulate<TW>(p0, a, u);
            q0 = Accumulate<TW>(q0, a, v);
            a = TS.All(a1[i]);
            p1 = Accumulate<TW>(p1, a, u);
            q1 = Accumulate<TW>(q1, a, v);
            a = TS.All(a2[i]);
            p2 = Accumulate<TW>(p2, a, u);
            q2 = Accumulate<TW>(q2, a, v);
            a = TS.All(a3[i]);
            p3 = Accumulate<TW>(p3, a, u);
            q3 = Accumulate<TW>(q3, a, v);
            a = TS.All(a4[i]);
            p4 = Accumulate<TW>(p4, a, u);
            q4 = Accumulate<TW>(q4, a, v);
            a = TS.All(a5[i]);
            p5 = Accumulate<TW>(p5, a, u);
            q5 = Accumulate<TW>(q5, a, v);
        }

        Put<TW>(p0, q0, 0, y, bias, scales, add, steps);
        if (rows > 1)
        {
            Put<TW>(p1, q1, 1, y + yStride, bias, scales, add, steps);
        }

        if (rows > 2)
        {
            Put<TW>(p2, q2, 2, y + (2 * yStride), bias, scales, add, steps);
        }

        if (rows > 3)
        {
            Put<TW>(p3, q3, 3, y + (3 * yStride), bias, scales, add, steps);
        }

        if (rows > 4)
        {
            Put<TW>(p4, q4, 4, y + (4 * yStride), bias, scales, add, steps);
        }

        if (rows > 5)
        {
            Put<TW>(p5, q5, 5, y + (5 * yStride), bias, scales, add, steps);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Load<TW>(TW* w)
        where TW : unmanaged =>
        typeof(TW) == typeof(ushort) ? TS.Load((ushort*)w) : TS.Load((float*)w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Accumulate<TW>(TV sum, TV a, TV w)
        where TW : unmanaged => typeof(TW) == typeof(Pair) ? TS.AddProducts(sum, a, w) : TS.MultiplyAdd(a, w, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TW>(TV p, TV q, int row, float* y, float* bias, float* scales, bool add, float* steps)
        where TW : unmanaged
    {
        if (typeof(TW) == typeof(Pair))
        {
            TV step = TS.All(steps[row]);
            p = TS.Multiply(TS.FromWhole(p), step);
            q = TS.Multiply(TS.FromWhole(q), step);
        }

        if (scales is not null)
        {
            p = TS.Multiply(p, TS.Load(scales));
            q = TS.Multiply(q, TS.Load(scales + TS.Count));
        }

        if (bias is not null)
        {
            p = TS.Add(p, TS.Load(bias));
            q = TS.Add(q, TS.Load(bias + TS.Count));
        }

        if (add)
        {
            p = TS.Add(p, TS.Load(y));
            q = TS.Add(q, TS.Load(y + TS.Count));
        }

        TS.Store(p, y);
        TS.Store(q, y + TS.Count);
    }
}
