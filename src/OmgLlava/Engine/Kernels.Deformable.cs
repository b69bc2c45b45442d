using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>
/// The sampling of multi-scale deformable attention (Zhu et al. 2021, equation 3). The channels of a head lie side by side, so
/// that each corner of a bilinear
/// sample is one short vector.
/// </summary>
internal abstract unsafe partial class Kernels
{
    private const int QueriesOfBand = 32;

    /// <summary>Bilinear samples of all levels, zero outside, weighted and summed.</summary>
    /// <param name="values">(T, C): the cells of all levels one after the other, row-major.</param>
    /// <param name="offsets">(N, heads * levels * points * 2): x, y in cells of the level.</param>
    /// <param name="weights">(N, heads * levels * points), before the softmax over the levels and points of a head; written
    /// over.</param>
    /// <param name="centers">(N, 2): x, y in 0..1 of the image.</param>
    /// <param name="sizes">Height and width of each level.</param>
    /// <param name="heads">Heads.</param>
    /// <returns>(N, C).</returns>
    public Tensor Sample(
        Tensor values,
        Tensor offsets,
        Tensor weights,
        Tensor centers,
        IReadOnlyList<(int Height, int Width)> sizes,
        int heads
    )
    {
        int channels = values.Width;
        int size = channels / heads;
        int samples = weights.Width / heads;
        var result = Tensor.Zeros(offsets.Rows, channels);
        float* value = values.Data;
        float* offset = offsets.Data;
        float* weight = weights.Data;
        float* center = centers.Data;
        float* y = result.Data;
        (int Height, int Width)[] levels = [.. sizes];
        Share(
            offsets.Rows,
            QueriesOfBand,
            (first, count) =>
            {
                for (int query = first; query < first + count; query++)
                {
                    float* shares = weight + ((long)query * heads * samples);
                    Softmax(shares, heads, samples);
                    for (int head = 0; head < heads; head++)
                    {
                        SampleHead(
                            value + (head * size),
                            channels,
                            size,
                            levels,
                            samples / levels.Length,
                            offset + ((((long)query * heads) + head) * samples * 2),
                            shares + (head * samples),
                            center + (query * 2),
                            y + ((long)query * channels) + (head * size)
                        );
                    }
                }
            }
        );
        return result;
    }

    /// <summary>The softmax of each of some groups of numbers, in place.</summary>
    protected abstract void Softmax(float* x, int groups, int size);

    protected abstract void SampleHead(
        float* values,
        int channels,
        int size,
        ReadOnlySpan<(int Height, int Width)> levels,
        int points,
        float* offset,
        float* weight,
        float* center,
        float* y
    );
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Softmax(float* x, int groups, int size)
    {
        for (int group = 0; group < groups; group++)
        {
            float* part = x + ((long)group * size);
            float most = float.NegativeInfinity;
            for (int i = 0; i < size; i++)
            {
                most = MathF.Max(most, part[i]);
            }

            for (int i = 0; i < size; i++)
            {
                part[i] -= most;
            }
        }

        long all = (long)groups * size;
        long at = 0;
        for (; at + TS.Count <= all; at += TS.Count)
        {
            TS.Store(Exp(TS.Load(x + at)), x + at);
        }

        for (; at < all; at++)
        {
            x[at] = MathF.Exp(x[at]);
        }

        for (int group = 0; group < groups; group++)
        {
            float* part = x + ((long)group * size);
            float sum = 0;
            for (int i = 0; i < size; i++)
            {
                sum += part[i];
            }

            for (int i = 0; i < size; i++)
            {
                part[i] /= sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void SampleHead(
        float* values,
        int channels,
        int size,
        ReadOnlySpan<(int Height, int Width)> levels,
        int points,
        float* offset,
        float* weight,
        float* center,
        float* y
    )
    {
        foreach ((int height, int width) in levels)
        {
            float x0 = (center[0] * width) - 0.5f; // where the centre lies in cells, whose own centres are at whole numbers
            float y0 = (center[1] * height) - 0.5f;
            for (int point = 0; point < points; point++, offset += 2, weight++)
            {
                float x = x0 + offset[0];
                float down = y0 + offset[1];
                if (!(x > -1 && down > -1 && x < width && down < height))
                {
                    continue;
                }

                int left = (int)MathF.Floor(x);
                int top = (int)MathF.Floor(down);
                float right = x - left;
                float bottom = down - top;
                for (int corner = 0; corner < 4; corner++)
                {
                    (int row, int column) = (top + (corner >> 1), left + (corner & 1));
                    if ((uint)row < (uint)height && (uint)column < (uint)width)
                    {
                        float share = (corner >> 1 == 0 ? 1 - bottom : bottom) * ((corner & 1) == 0 ? 1 - right : right);
                        Accumulate(y, values + ((((long)row * width) + column) * channels), share * *weight, size);
                    }
                }
            }

            values += (long)height * width * channels;
        }
    }
}
