using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Layer norm and group norm.</summary>
internal abstract unsafe partial class Kernels
{
    private const int Groups = 32;
    private const int RowsOfSums = 64; // float32 sums of so few numbers are exact enough; the rest is added in float64

    /// <summary>y = the layer norm of x over the last dimension; y may be x.</summary>
    public void LayerNorm(Tensor x, Norm norm, Tensor y)
    {
        float* from = x.Data;
        float* to = y.Data;
        int width = x.Width;
        int rows = Math.Max(1, NumbersPerChunk / width);
        Share(
            x.Rows,
            rows,
            (start, count) => NormRows(from + ((long)start * width), to + ((long)start * width), count, width, norm)
        );
    }

    /// <summary>Group norm with 32 groups of a map, in place, with an activation after it.</summary>
    /// <param name="x">(H * W, C).</param>
    /// <param name="norm">What it learned.</param>
    /// <param name="activation">What follows.</param>
    public void GroupNorm(Tensor x, Norm norm, Activation activation = Activation.None)
    {
        int channels = x.Width;
        int size = channels / Groups;
        double count = (double)x.Rows * size;
        float[] means = Spread([.. Sums(x, null).Chunk(size).Select(group => (float)(group.Sum() / count))]);
        float[] scales = Spread([
            .. Sums(x, means).Chunk(size).Select(group => (float)(1 / Math.Sqrt((group.Sum() / count) + norm.Epsilon))),
        ]);
        using var factors = new Tensor(channels);
        using var shifts = new Tensor(channels);
        for (int c = 0; c < channels; c++)
        {
            factors.Data[c] = norm.Weight.Data[c] * scales[c];
            shifts.Data[c] = norm.Bias.Data[c] - (means[c] * factors.Data[c]);
        }

        float* data = x.Data;
        float* factor = factors.Data;
        float* shift = shifts.Data;
        Share(
            x.Rows,
            RowsOfSums,
            (start, rows) =>
            {
                float* first = data + ((long)start * channels);
                Scale(first, rows, channels, factor, shift);
                Activate(first, rows * channels, activation);
            }
        );

        float[] Spread(float[] ofGroups) => [.. Enumerable.Range(0, channels).Select(c => ofGroups[c / size])];
    }

    protected abstract void NormRows(float* x, float* y, int rows, int width, Norm norm);

    /// <summary>x = x * factor + shift, each of them one number a column.</summary>
    protected abstract void Scale(float* x, int rows, int width, float* factor, float* shift);

    /// <summary>Adds up columns, or the squares of what they are apart from the means.</summary>
    protected abstract void SumColumns(float* x, int rows, int width, float* means, float* sums);

    private double[] Sums(Tensor x, float[]? means)
    {
        int width = x.Width;
        int parts = (x.Rows + RowsOfSums - 1) / RowsOfSums;
        using var partial = Tensor.Zeros(parts, width);
        float* data = x.Data;
        float* sums = partial.Data;
        Share(
            x.Rows,
            RowsOfSums,
            (start, rows) =>
            {
                fixed (float* mean = means)
                {
                    SumColumns(data + ((long)start * width), rows, width, mean, sums + (start / RowsOfSums * (long)width));
                }
            }
        );
        double[] result = new double[width];
        for (int part = 0; part < parts; part++)
        {
            for (int c = 0; c < width; c++)
            {
                result[c] += sums[((long)part * width) + c];
            }
        }

        return result;
    }
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void NormRows(float* x, float* y, int rows, int width, Norm norm)
    {
        float* weight = norm.Weight.Data;
        float* bias = norm.Bias.Data;
        for (int row = 0; row < rows; row++, x += width, y += width)
        {
            TV sums = default;
            int i = 0;
            for (; i + TS.Count <= width; i += TS.Count)
            {
                sums = TS.Add(sums, TS.Load(x + i));
            }

            float sum = TS.Sum(sums);
            for (; i < width; i++)
            {
                sum += x[i];
            }

            float mean = sum / width;
            TV means = TS.All(mean);
            TV squares = default;
            for (i = 0; i + TS.Count <= width; i += TS.Count)
            {
                TV apart = TS.Subtract(TS.Load(x + i), means);
                squares = TS.MultiplyAdd(apart, apart, squares);
            }

            float square = TS.Sum(squares);
            for (; i < width; i++)
            {
                square += (x[i] - mean) * (x[i] - mean);
            }

            float scale = 1 / MathF.Sqrt((square / width) + norm.Epsilon);
            TV scales = TS.All(scale);
            for (i = 0; i + TS.Count <= width; i += TS.Count)
            {
                TV value = TS.Multiply(TS.Subtract(TS.Load(x + i), means), scales);
                TS.Store(TS.MultiplyAdd(value, TS.Load(weight + i), TS.Load(bias + i)), y + i);
            }

            for (; i < width; i++)
            {
                y[i] = ((x[i] - mean) * scale * weight[i]) + bias[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Scale(float* x, int rows, int width, float* factor, float* shift)
    {
        for (int row = 0; row < rows; row++, x += width)
        {
            int i = 0;
            for (; i + TS.Count <= width; i += TS.Count)
            {
                TS.Store(TS.MultiplyAdd(TS.Load(x + i), TS.Load(factor + i), TS.Load(shift + i)), x + i);
            }

            for (; i < width; i++)
            {
                x[i] = (x[i] * factor[i]) + shift[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void SumColumns(float* x, int rows, int width, float* means, float* sums)
    {
        for (int row = 0; row < rows; row++, x += width)
        {
            int i = 0;
            for (; i + TS.Count <= width; i += TS.Count)
            {
                TV value = TS.Load(x + i);
                if (means is not null)
                {
                    value = TS.Subtract(value, TS.Load(means + i));
                    value = TS.Multiply(value, value);
                }

                TS.Store(TS.Add(TS.Load(sums + i), value), sums + i);
            }

            for (; i < width; i++)
            {
                float value = means is null ? x[i] : (x[i] - means[i]) * (x[i] - means[i]);
                sums[i] += value;
            }
        }
    }
}
