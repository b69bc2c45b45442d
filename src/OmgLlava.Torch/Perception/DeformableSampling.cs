using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// What deformable attention reads from the maps, for inference on the processor: the channels of a head lie side by side, so
/// that each corner of a bilinear sample is one short vector, and samples are summed as they are read instead of being written to
/// memory first.
/// </summary>
internal static unsafe class DeformableSampling
{
    private const int QueriesOfBand = 32;

    /// <summary>Bilinear samples of all levels, zero outside, weighted and summed.</summary>
    /// <param name="values">Float32 (B, T, heads, C / heads), the tokens of all levels one after the other, row-major.</param>
    /// <param name="offsets">Float32 (B, N, heads, levels, points, 2): x, y in cells of the level.</param>
    /// <param name="weights">Float32 (B, N, heads, levels, points).</param>
    /// <param name="reference">Float32 (B or 1, N, levels or 1, 2): x, y in 0..1 of the image.</param>
    /// <param name="sizes">Height and width of each level; their areas add up to T.</param>
    /// <returns>(B, N, C).</returns>
    public static Tensor Sum(
        Tensor values,
        Tensor offsets,
        Tensor weights,
        Tensor reference,
        IReadOnlyList<(long Height, long Width)> sizes
    )
    {
        using var scope = NewDisposeScope();
        (int batch, int queries, int heads, int points) = (
            (int)offsets.shape[0],
            (int)offsets.shape[1],
            (int)offsets.shape[2],
            (int)offsets.shape[4]
        );
        (int tokens, int channels) = ((int)values.shape[1], (int)values.shape[3]);
        Tensor centers = reference.expand(batch, queries, sizes.Count, 2).contiguous();
        Tensor result = empty(batch, queries, (long)heads * channels, dtype: ScalarType.Float32);
        var levels = new Level[sizes.Count];
        for (int level = 0, start = 0; level < levels.Length; start += levels[level].Cells, level++)
        {
            levels[level] = new Level((int)sizes[level].Height, (int)sizes[level].Width, start);
        }

        int bands = (queries + QueriesOfBand - 1) / QueriesOfBand;
        fixed (
            float* value = Numbers(values.contiguous()),
                offset = Numbers(offsets.contiguous()),
                weight = Numbers(weights.contiguous()),
                center = Numbers(centers),
                output = Numbers(result)
        )
        {
            var maps = new Maps(value, offset, weight, center, output);
            Parallel.For(
                0,
                batch * bands,
                new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
                band =>
                {
                    int image = band / bands;
                    int first = band % bands * QueriesOfBand;
                    for (int query = first; query < Math.Min(queries, first + QueriesOfBand); query++)
                    {
                        long row = ((long)image * queries) + query;
                        for (int head = 0; head < heads; head++)
                        {
                            long place = (row * heads) + head;
                            Read(
                                maps.Value + (((long)image * tokens * heads) + head) * channels,
                                heads * channels,
                                levels,
                                points,
                                channels,
                                maps.Offset + (place * levels.Length * points * 2),
                                maps.Weight + (place * levels.Length * points),
                                maps.Center + (row * levels.Length * 2),
                                maps.Output + (place * channels)
                            );
                        }
                    }
                }
            );
        }

        return result.MoveToOuterDisposeScope();
    }

    private static Span<float> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>All samples of one head of one query.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read(
        float* map,
        int stride,
        ReadOnlySpan<Level> levels,
        int points,
        int channels,
        float* offset,
        float* weight,
        float* center,
        float* output
    )
    {
        new Span<float>(output, channels).Clear();
        foreach (Level level in levels)
        {
            float* cells = map + ((long)level.Start * stride);
            float x0 = (center[0] * level.Width) - 0.5f; // where the centre lies in cells, whose own centres are at whole numbers
            float y0 = (center[1] * level.Height) - 0.5f;
            center += 2;
            for (int point = 0; point < points; point++, offset += 2, weight++)
            {
                float x = x0 + offset[0];
                float y = y0 + offset[1];
                if (!(x > -1 && y > -1 && x < level.Width && y < level.Height))
                {
                    continue;
                }

                int left = (int)MathF.Floor(x);
                int top = (int)MathF.Floor(y);
                float right = x - left;
                float bottom = y - top;
                Corner(top, left, (1 - bottom) * (1 - right));
                Corner(top, left + 1, (1 - bottom) * right);
                Corner(top + 1, left, bottom * (1 - right));
                Corner(top + 1, left + 1, bottom * right);

                void Corner(int row, int column, float share)
                {
                    if ((uint)row < (uint)level.Height && (uint)column < (uint)level.Width)
                    {
                        AddScaled(output, cells + ((((long)row * level.Width) + column) * stride), share * *weight, channels);
                    }
                }
            }
        }
    }

    /// <summary>sum += factor * values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(float* sum, float* values, float factor, int count)
    {
        int i = 0;
        var factors = new Vector<float>(factor);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector.Store(Vector.FusedMultiplyAdd(factors, Vector.Load(values + i), Vector.Load(sum + i)), sum + i);
        }

        for (; i < count; i++)
        {
            sum[i] += factor * values[i];
        }
    }

    /// <summary>A level's size and the first of its tokens.</summary>
    private readonly record struct Level(int Height, int Width, int Start)
    {
        public int Cells => Height * Width;
    }

    /// <summary>Pointers that a lambda can carry.</summary>
    private sealed class Maps(float* value, float* offset, float* weight, float* center, float* output)
    {
        public float* Value { get; } = value;

        public float* Offset { get; } = offset;

        public float* Weight { get; } = weight;

        public float* Center { get; } = center;

        public float* Output { get; } = output;
    }
}
