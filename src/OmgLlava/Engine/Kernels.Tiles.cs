using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>The innermost part of matrix products: some rows times one panel, in registers.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    /// <summary>Up to six rows times one panel; rows that are not there repeat the last one, and are not written.</summary>
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
        bool add
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
            p0 = TS.MultiplyAdd(a, u, p0);
            q0 = TS.MultiplyAdd(a, v, q0);
            a = TS.All(a1[i]);
            p1 = TS.MultiplyAdd(a, u, p1);
            q1 = TS.MultiplyAdd(a, v, q1);
            a = TS.All(a2[i]);
            p2 = TS.MultiplyAdd(a, u, p2);
            q2 = TS.MultiplyAdd(a, v, q2);
            a = TS.All(a3[i]);
            p3 = TS.MultiplyAdd(a, u, p3);
            q3 = TS.MultiplyAdd(a, v, q3);
            a = TS.All(a4[i]);
            p4 = TS.MultiplyAdd(a, u, p4);
            q4 = TS.MultiplyAdd(a, v, q4);
            a = TS.All(a5[i]);
            p5 = TS.MultiplyAdd(a, u, p5);
            q5 = TS.MultiplyAdd(a, v, q5);
        }

        Put(p0, q0, y, bias, scales, add);
        if (rows > 1)
        {
            Put(p1, q1, y + yStride, bias, scales, add);
        }

        if (rows > 2)
        {
            Put(p2, q2, y + (2 * yStride), bias, scales, add);
        }

        if (rows > 3)
        {
            Put(p3, q3, y + (3 * yStride), bias, scales, add);
        }

        if (rows > 4)
        {
            Put(p4, q4, y + (4 * yStride), bias, scales, add);
        }

        if (rows > 5)
        {
            Put(p5, q5, y + (5 * yStride), bias, scales, add);
        }
    }

    /// <summary>
    /// Six rows of whole numbers times one panel, by pairs of columns. The sums are exact, fit 32 bits within a block of columns,
    /// and become float32 in the end. A sum right behind its product would wait for it in the processor's queue: all products
    /// come first where there are registers for that.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WholeTile(
        int* a0,
        long aStride,
        float* steps,
        sbyte* w,
        long pairs,
        float* y,
        long yStride,
        float* bias,
        float* scales,
        bool add
    )
    {
        int* a1 = a0 + aStride;
        int* a2 = a1 + aStride;
        int* a3 = a2 + aStride;
        int* a4 = a3 + aStride;
        int* a5 = a4 + aStride;
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
        for (long i = 0; i < pairs; i++)
        {
            TV u = TS.LoadPairs(w);
            TV v = TS.LoadPairs(w + (2 * TS.Count));
            w += 4 * TS.Count;
            if (TS.HasManyRegisters)
            {
                TV a = TS.AllPairs(a0[i]),
                    s0 = TS.Products(a, u),
                    t0 = TS.Products(a, v);
                a = TS.AllPairs(a1[i]);
                TV s1 = TS.Products(a, u),
                    t1 = TS.Products(a, v);
                a = TS.AllPairs(a2[i]);
                TV s2 = TS.Products(a, u),
                    t2 = TS.Products(a, v);
                a = TS.AllPairs(a3[i]);
                TV s3 = TS.Products(a, u),
                    t3 = TS.Products(a, v);
                a = TS.AllPairs(a4[i]);
                TV s4 = TS.Products(a, u),
                    t4 = TS.Products(a, v);
                a = TS.AllPairs(a5[i]);
                TV s5 = TS.Products(a, u),
                    t5 = TS.Products(a, v);
                p0 = TS.AddWhole(p0, s0);
                q0 = TS.AddWhole(q0, t0);
                p1 = TS.AddWhole(p1, s1);
                q1 = TS.AddWhole(q1, t1);
                p2 = TS.AddWhole(p2, s2);
                q2 = TS.AddWhole(q2, t2);
                p3 = TS.AddWhole(p3, s3);
                q3 = TS.AddWhole(q3, t3);
                p4 = TS.AddWhole(p4, s4);
                q4 = TS.AddWhole(q4, t4);
                p5 = TS.AddWhole(p5, s5);
                q5 = TS.AddWhole(q5, t5);
            }
            else
            {
                TV a = TS.AllPairs(a0[i]),
                    s = TS.Products(a, u),
                    t = TS.Products(a, v);
                p0 = TS.AddWhole(p0, s);
                q0 = TS.AddWhole(q0, t);
                a = TS.AllPairs(a1[i]);
                s = TS.Products(a, u);
                t = TS.Products(a, v);
                p1 = TS.AddWhole(p1, s);
                q1 = TS.AddWhole(q1, t);
                a = TS.AllPairs(a2[i]);
                s = TS.Products(a, u);
                t = TS.Products(a, v);
                p2 = TS.AddWhole(p2, s);
                q2 = TS.AddWhole(q2, t);
                a = TS.AllPairs(a3[i]);
                s = TS.Products(a, u);
                t = TS.Products(a, v);
                p3 = TS.AddWhole(p3, s);
                q3 = TS.AddWhole(q3, t);
                a = TS.AllPairs(a4[i]);
                s = TS.Products(a, u);
                t = TS.Products(a, v);
                p4 = TS.AddWhole(p4, s);
                q4 = TS.AddWhole(q4, t);
                a = TS.AllPairs(a5[i]);
                s = TS.Products(a, u);
                t = TS.Products(a, v);
                p5 = TS.AddWhole(p5, s);
                q5 = TS.AddWhole(q5, t);
            }
        }

        Put(p0, q0, steps[0], y, bias, scales, add);
        Put(p1, q1, steps[1], y + yStride, bias, scales, add);
        Put(p2, q2, steps[2], y + (2 * yStride), bias, scales, add);
        Put(p3, q3, steps[3], y + (3 * yStride), bias, scales, add);
        Put(p4, q4, steps[4], y + (4 * yStride), bias, scales, add);
        Put(p5, q5, steps[5], y + (5 * yStride), bias, scales, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Load<TW>(TW* w)
        where TW : unmanaged =>
        typeof(TW) == typeof(ushort) ? TS.Load((ushort*)w) : TS.Load((float*)w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TV p, TV q, float step, float* y, float* bias, float* scales, bool add)
    {
        TV steps = TS.All(step);
        Put(TS.Multiply(TS.FromWhole(p), steps), TS.Multiply(TS.FromWhole(q), steps), y, bias, scales, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TV p, TV q, float* y, float* bias, float* scales, bool add)
    {
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
