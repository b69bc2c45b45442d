using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Products of whole numbers, which take half the instructions of float32.</summary>
internal abstract unsafe partial class Kernels
{
    /// <summary>Rounds a row to whole numbers of 16 bits.</summary>
    /// <param name="x">The row.</param>
    /// <param name="to">What it becomes, -32767..32767.</param>
    /// <param name="count">Numbers in it.</param>
    /// <returns>What a 1 stands for.</returns>
    public abstract float RoundRow(float* x, short* to, int count);
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float RoundRow(float* x, short* to, int count)
    {
        TV extremes = default;
        int i = 0;
        for (; i + TS.Count <= count; i += TS.Count)
        {
            extremes = TS.LargerSize(extremes, TS.Load(x + i));
        }

        float* sizes = stackalloc float[TS.Count];
        TS.Store(extremes, sizes);
        float most = RowMath.Max(new ReadOnlySpan<float>(sizes, TS.Count));
        for (; i < count; i++)
        {
            most = MathF.Max(most, MathF.Abs(x[i]));
        }

        float factor = most > 0 ? short.MaxValue / most : 0;
        if (!float.IsFinite(factor)) // a row of next to nothing
        {
            factor = 0;
        }

        TV factors = TS.All(factor);
        for (i = 0; i + TS.Count <= count; i += TS.Count)
        {
            TS.StoreWhole(TS.Multiply(TS.Load(x + i), factors), to + i);
        }

        for (; i < count; i++)
        {
            to[i] = (short)MathF.Round(x[i] * factor);
        }

        return most / short.MaxValue;
    }

    /// <summary>The numbers of a panel in 16 bits, two to each place: done once for all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(sbyte* from, float* to, int places)
    {
        for (int i = 0; i < places; i += TS.Count)
        {
            TS.Store(TS.LoadPairs(from + (2 * i)), to + i);
        }
    }

    /// <summary>Up to six rows times one widened panel: exact sums of a block of columns, which fit 32 bits, become
    /// float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WholeTile(
        WholeRows x,
        int row,
        int rows,
        int column,
        float* w,
        int depth,
        float* y,
        long yStride,
        float* bias,
        float* scales,
        bool add
    )
    {
        var a0 = (float*)x.Row(row, column); // bits of pairs
        long stride = x.Stride / 2;
        float* a1 = rows > 1 ? a0 + stride : a0;
        float* a2 = rows > 2 ? a1 + stride : a1;
        float* a3 = rows > 3 ? a2 + stride : a2;
        float* a4 = rows > 4 ? a3 + stride : a3;
        float* a5 = rows > 5 ? a4 + stride : a4;
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
        long pairs = (depth + 1) / 2;
        for (long i = 0; i < pairs; i++)
        {
            TV u = TS.Load(w);
            TV v = TS.Load(w + TS.Count);
            w += 2 * TS.Count;
            TV a = TS.All(a0[i]);
            p0 = TS.AddProducts(p0, a, u);
            q0 = TS.AddProducts(q0, a, v);
            a = TS.All(a1[i]);
            p1 = TS.AddProducts(p1, a, u);
            q1 = TS.AddProducts(q1, a, v);
            a = TS.All(a2[i]);
            p2 = TS.AddProducts(p2, a, u);
            q2 = TS.AddProducts(q2, a, v);
            a = TS.All(a3[i]);
            p3 = TS.AddProducts(p3, a, u);
            q3 = TS.AddProducts(q3, a, v);
            a = TS.All(a4[i]);
            p4 = TS.AddProducts(p4, a, u);
            q4 = TS.AddProducts(q4, a, v);
            a = TS.All(a5[i]);
            p5 = TS.AddProducts(p5, a, u);
            q5 = TS.AddProducts(q5, a, v);
        }

        float* steps = x.Steps + row;
        PutWhole(p0, q0, steps[0], y, bias, scales, add);
        if (rows > 1)
        {
            PutWhole(p1, q1, steps[1], y + yStride, bias, scales, add);
        }

        if (rows > 2)
        {
            PutWhole(p2, q2, steps[2], y + (2 * yStride), bias, scales, add);
        }

        if (rows > 3)
        {
            PutWhole(p3, q3, steps[3], y + (3 * yStride), bias, scales, add);
        }

        if (rows > 4)
        {
            PutWhole(p4, q4, steps[4], y + (4 * yStride), bias, scales, add);
        }

        if (rows > 5)
        {
            PutWhole(p5, q5, steps[5], y + (5 * yStride), bias, scales, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutWhole(TV p, TV q, float step, float* y, float* bias, float* scales, bool add)
    {
        TV steps = TS.All(step);
        Put(TS.Multiply(TS.FromWhole(p), steps), TS.Multiply(TS.FromWhole(q), steps), y, bias, scales, add);
    }
}
