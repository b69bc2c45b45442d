using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Functions of single numbers.</summary>
internal abstract unsafe partial class Kernels
{
    private const int NumbersPerChunk = 1 << 14;

    /// <summary>x = activation(x).</summary>
    public void Activate(Tensor x, Activation activation)
    {
        float* data = x.Data;
        int chunks = (int)((x.Count + NumbersPerChunk - 1) / NumbersPerChunk);
        Team.Run(
            chunks,
            chunk =>
                Activate(
                    data + ((long)chunk * NumbersPerChunk),
                    (int)Math.Min(NumbersPerChunk, x.Count - ((long)chunk * NumbersPerChunk)),
                    activation
                )
        );
    }

    /// <summary>x += y.</summary>
    public void Add(Tensor x, Tensor y)
    {
        float* to = x.Data;
        float* from = y.Data;
        int width = checked((int)(x.Count / x.Rows));
        Share(
            x.Rows,
            Math.Max(1, NumbersPerChunk / width),
            (start, count) => AddScaled(to + ((long)start * width), from + ((long)start * width), 1, count * width)
        );
    }

    /// <summary>Adds the same numbers to every row.</summary>
    public void AddRow(Tensor x, ReadOnlySpan<float> row)
    {
        using var copy = Tensor.Of(row, row.Length);
        float* to = x.Data;
        float* from = copy.Data;
        int width = x.Width;
        Share(
            x.Rows,
            Math.Max(1, NumbersPerChunk / width),
            (start, count) =>
            {
                for (int i = start; i < start + count; i++)
                {
                    AddScaled(to + ((long)i * width), from, 1, width);
                }
            }
        );
    }

    /// <summary>x += factor * y.</summary>
    public abstract void AddScaled(float* x, float* y, float factor, int count);

    /// <summary>A row of x = activation(x).</summary>
    protected abstract void Activate(float* x, int count, Activation activation);
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    public override void AddScaled(float* x, float* y, float factor, int count) => Accumulate(x, y, factor, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Activate(float* x, int count, Activation activation)
    {
        int i = 0;
        if (activation == Activation.Gelu)
        {
            for (; i + TS.Count <= count; i += TS.Count)
            {
                TS.Store(Gelu(TS.Load(x + i)), x + i);
            }

            if (i < count)
            {
                float* rest = stackalloc float[TS.Count];
                new ReadOnlySpan<float>(x + i, count - i).CopyTo(new Span<float>(rest, TS.Count));
                TS.Store(Gelu(TS.Load(rest)), rest);
                new ReadOnlySpan<float>(rest, count - i).CopyTo(new Span<float>(x + i, count - i));
            }
        }
        else if (activation == Activation.Relu)
        {
            for (; i + TS.Count <= count; i += TS.Count)
            {
                TS.Store(TS.Max(TS.Load(x + i), default), x + i);
            }

            for (; i < count; i++)
            {
                x[i] = MathF.Max(x[i], 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(float* x, float* y, float factor, int count)
    {
        int i = 0;
        TV factors = TS.All(factor);
        for (; i + TS.Count <= count; i += TS.Count)
        {
            TS.Store(TS.MultiplyAdd(factors, TS.Load(y + i), TS.Load(x + i)), x + i);
        }

        for (; i < count; i++)
        {
            x[i] += factor * y[i];
        }
    }

    /// <summary>
    /// x Φ(x) = max(x, 0) - |x| erfc(|x| / √2) / 2, with erfc by Abramowitz and Stegun's formula 7.1.26, whose error is at
    /// most 1.5e-7. Written so, nothing cancels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Gelu(TV x)
    {
        TV size = TS.Abs(x);
        TV z = TS.Multiply(size, TS.All(0.70710678f));
        TV t = TS.Divide(TS.All(1), TS.MultiplyAdd(z, TS.All(0.3275911f), TS.All(1)));
        TV sum = TS.MultiplyAdd(TS.All(1.061405429f), t, TS.All(-1.453152027f));
        sum = TS.MultiplyAdd(sum, t, TS.All(1.421413741f));
        sum = TS.MultiplyAdd(sum, t, TS.All(-0.284496736f));
        sum = TS.MultiplyAdd(sum, t, TS.All(0.254829592f));
        TV complement = TS.Multiply(TS.Multiply(sum, t), Exp(TS.Subtract(default, TS.Multiply(z, z))));
        return TS.Subtract(TS.Max(x, default), TS.Multiply(TS.Multiply(size, TS.All(0.5f)), complement));
    }

    /// <summary>
    /// e to the power of x, which is at most 88 and counts as -87 at least: the power of two nearest to it, times a Taylor
    /// polynomial on ±ln 2 / 2, whose error is at most 1.2e-7 of the result.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Exp(TV x)
    {
        TV shift = TS.All(12582912); // 1.5 * 2^23: what is added to it is rounded to a whole number
        x = TS.Max(TS.All(-87), x);
        TV shifted = TS.MultiplyAdd(x, TS.All(1.44269504f), shift);
        TV power = TS.Subtract(shifted, shift);
        TV rest = TS.MultiplyAdd(power, TS.All(-0.693359375f), x); // ln 2 in two parts
        rest = TS.MultiplyAdd(power, TS.All(2.12194440e-4f), rest);
        TV sum = TS.MultiplyAdd(rest, TS.All(1f / 720), TS.All(1f / 120));
        sum = TS.MultiplyAdd(sum, rest, TS.All(1f / 24));
        sum = TS.MultiplyAdd(sum, rest, TS.All(1f / 6));
        sum = TS.MultiplyAdd(sum, rest, TS.All(0.5f));
        sum = TS.MultiplyAdd(sum, rest, TS.All(1));
        sum = TS.MultiplyAdd(sum, rest, TS.All(1));
        return TS.Multiply(sum, TS.TwoTo(shifted));
    }
}
