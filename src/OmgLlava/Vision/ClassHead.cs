using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// The open-vocabulary classifier: a query and the mask features pooled under its mask make an embedding, whose cosine with the
/// nearest prototype of a class
/// is the class's logit.
/// </summary>
internal sealed class ClassHead
{
    private const int Parts = 16; // of the map, pooled apart and then added up

    /// <summary>The logit scale of CLIP, close to 100.</summary>
    private static readonly float LogitScale = (float)Math.Exp(4.6052);

    private readonly Norm _poolingNorm;
    private readonly PackedMatrix _poolingProjection;
    private readonly Mlp _projection;
    private readonly Mlp _iou;
    private readonly ClipHead? _clip;

    /// <param name="weights">Reads the head.</param>
    /// <param name="config">The shape of perception.</param>
    /// <param name="clip">Reads the image encoder's features; null as published.</param>
    public ClassHead(WeightReader weights, PerceptionConfig config, ClipHead? clip)
    {
        _clip = clip;
        int channels = config.Channels;
        _poolingNorm = weights.At("pooling_norm").Norm(channels);
        _poolingProjection = weights.At("pooling_projection").Linear(channels, channels);
        _projection = new Mlp(
            weights.At("projection"),
            Activation.Relu,
            channels,
            channels,
            channels,
            config.ClassEmbeddingWidth
        );
        _iou = new Mlp(weights.At("iou"), Activation.Relu, channels, channels, channels, 1);
    }

    /// <summary>Embeds queries in the space of the class embeddings.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="queries">Queries and their masks; finer ones than the features are read where the features' cells
    /// are.</param>
    /// <param name="maskFeatures">(H/4, W/4, C), without what tells places: a class is the same in any place.</param>
    /// <param name="encoded">(h, w, C): the image encoder's last features, for a head that reads them.</param>
    /// <returns>(Q, class embedding width), unit length.</returns>
    public Tensor Embed(Kernels kernels, DecodedQueries queries, Tensor maskFeatures, Tensor? encoded = null)
    {
        using Tensor pooled = Pool(kernels, queries.MaskLogits, maskFeatures);
        kernels.LayerNorm(pooled, _poolingNorm, pooled);
        using Tensor projected = kernels.Multiply(pooled, _poolingProjection);
        kernels.Add(projected, queries.Normalized);
        Tensor embedding = _projection.Forward(kernels, projected);
        if (_clip is not null)
        {
            using Tensor under = PoolShares(kernels, queries.MaskLogits, encoded!);
            using Tensor seen = _clip.Forward(kernels, under);
            kernels.Add(embedding, seen);
        }

        for (int q = 0; q < embedding.Rows; q++)
        {
            Span<float> row = embedding.Row(q);
            float length = MathF.Max(1e-12f, MathF.Sqrt(RowMath.SumOfSquares(row)));
            RowMath.Scale(row, 1 / length);
        }

        return embedding;
    }

    /// <summary>Class logits of embedded queries; the last one is that of the void class and always 0.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="embeddings">(Q, E), unit length.</param>
    /// <param name="classes">(K * P, E): unit-length prototypes of each class.</param>
    /// <param name="prototypes">P.</param>
    /// <returns>(Q, K + 1).</returns>
    public static Tensor Classify(Kernels kernels, Tensor embeddings, PackedMatrix classes, int prototypes)
    {
        using Tensor cosine = kernels.Multiply(embeddings, classes);
        int count = classes.Rows / prototypes;
        Tensor logits = Tensor.Zeros(embeddings.Rows, count + 1);
        for (int q = 0; q < embeddings.Rows; q++)
        {
            Span<float> row = cosine.Row(q);
            for (int k = 0; k < count; k++)
            {
                float best = float.NegativeInfinity;
                foreach (float value in row.Slice(k * prototypes, prototypes))
                {
                    best = MathF.Max(best, value);
                }

                logits.Row(q)[k] = best * LogitScale;
            }
        }

        return logits;
    }

    /// <summary>(Q, 1): the logit of the IoU that each query expects of its mask.</summary>
    public Tensor PredictIou(Kernels kernels, DecodedQueries queries) => _iou.Forward(kernels, queries.Normalized);

    /// <summary>(Q, C): the mean of the features inside each mask; zero for an empty one.</summary>
    private static unsafe Tensor Pool(Kernels kernels, Tensor masks, Tensor features)
    {
        (int count, int height, int width, int channels) = (
            masks.Shape[0],
            features.Shape[0],
            features.Shape[1],
            features.Shape[2]
        );
        int ratio = masks.Shape[1] / height;
        using var sums = Tensor.Zeros(Parts, count, channels);
        float[] areas = new float[Parts * count];
        kernels.Team.Run(
            Parts,
            part =>
            {
                (int from, int to) = (height * part / Parts, height * (part + 1) / Parts);
                for (int y = from; y < to; y++)
                {
                    for (int q = 0; q < count; q++)
                    {
                        float* mask = masks.Data + (((long)q * masks.Shape[1]) + ((long)y * ratio)) * masks.Shape[2];
                        float* sum = sums.Data + ((((long)part * count) + q) * channels);
                        for (int x = 0; x < width; x++)
                        {
                            if (Sum(mask + (x * ratio), masks.Shape[2], ratio) > 0)
                            {
                                kernels.AddScaled(sum, features.Data + ((((long)y * width) + x) * channels), 1, channels);
                                areas[(part * count) + q]++;
                            }
                        }
                    }
                }
            }
        );
        var pooled = Tensor.Zeros(count, channels);
        for (int q = 0; q < count; q++)
        {
            float area = 1e-8f;
            for (int part = 0; part < Parts; part++)
            {
                area += areas[(part * count) + q];
                kernels.AddScaled(
                    pooled.Data + ((long)q * channels),
                    sums.Data + ((((long)part * count) + q) * channels),
                    1,
                    channels
                );
            }

            RowMath.Scale(pooled.Row(q), 1 / area);
        }

        return pooled;
    }

    /// <summary>(Q, C): the mean of coarse features, each cell by the share of it that is inside a mask; zero for an empty
    /// one.</summary>
    private static unsafe Tensor PoolShares(Kernels kernels, Tensor masks, Tensor features)
    {
        (int count, int width, int channels) = (masks.Shape[0], features.Shape[1], features.Shape[2]);
        (int rows, int columns) = (masks.Shape[1], masks.Shape[2]);
        int ratio = rows / features.Shape[0];
        var pooled = Tensor.Zeros(count, channels);
        kernels.Team.Run(
            count,
            q =>
            {
                float* mask = masks.Data + ((long)q * rows * columns);
                Span<int> inside = new int[features.Rows];
                int area = 0;
                for (int i = 0; i < rows * columns; i++)
                {
                    int cell = (i / columns / ratio * width) + (i % columns / ratio);
                    inside[cell] += mask[i] > 0 ? 1 : 0;
                    area += mask[i] > 0 ? 1 : 0;
                }

                for (int cell = 0; cell < inside.Length; cell++)
                {
                    if (inside[cell] > 0)
                    {
                        float share = (float)inside[cell] / area;
                        kernels.AddScaled(
                            pooled.Data + ((long)q * channels),
                            features.Data + ((long)cell * channels),
                            share,
                            channels
                        );
                    }
                }
            }
        );
        return pooled;
    }

    /// <summary>The sum of a square of numbers, which has the sign of their mean.</summary>
    private static unsafe float Sum(float* mask, int stride, int ratio)
    {
        float sum = 0;
        for (int y = 0; y < ratio; y++, mask += stride)
        {
            for (int x = 0; x < ratio; x++)
            {
                sum += mask[x];
            }
        }

        return sum;
    }
}
