using OmgLlava.Engine;
using OmgLlava.Imaging;

namespace OmgLlava.Perception;

/// <summary>
/// Turns the object queries of one image into panoptic, instance and semantic results at the size of the user's picture (mmdet's
/// MaskFormerFusionHead). Masks are enlarged a few rows at a time and kept as runs, so that memory stays bounded for any picture.
/// </summary>
internal static class PanopticFusion
{
    /// <summary>Every pixel belongs to at most one segment; stuff of one class is one segment.</summary>
    /// <param name="classLogits">(Q, K + 1), the void class last.</param>
    /// <param name="maskLogits">(Q, h, w).</param>
    /// <param name="things">Number of thing classes.</param>
    /// <param name="geometry">Where the user's picture lies in the model's input.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="cancellation">Stops within a few rows.</param>
    public static IReadOnlyList<SegmentedObject> Panoptic(
        Tensor classLogits,
        Tensor maskLogits,
        int things,
        ImageGeometry geometry,
        SegmentationOptions options,
        CancellationToken cancellation = default
    )
    {
        using Tensor probabilities = Probabilities(classLogits);
        int[] classes = [.. Enumerable.Range(0, probabilities.Rows).Select(q => Best(probabilities.Row(q)))];
        float[] scores = [.. classes.Select((k, q) => probabilities.Row(q)[k])];
        int voidClass = probabilities.Width - 1;
        int[] kept =
        [
            .. Enumerable.Range(0, scores.Length).Where(q => classes[q] != voidClass && scores[q] > options.ObjectThreshold),
        ];
        kept = options.Distinct ? Distinct(kept, maskLogits, scores) : kept;
        QueryMask[] masks = [.. kept.Select(query => new QueryMask(Logits(maskLogits, query), scores[query]))];
        var owners = new PixelOwners(masks, Enlarger(maskLogits, geometry), options.DropUncertainPixels, cancellation);

        var segments = new List<SegmentedObject>();
        var stuff = new Dictionary<int, List<int>>(); // the kept queries of each class
        foreach ((int k, int query) in kept.Index())
        {
            (long claimed, long whole) = (owners.Claimed(k), owners.Whole(k));
            if (claimed == 0 || whole == 0 || (double)claimed / whole < options.OverlapThreshold)
            {
                continue;
            }

            if (classes[query] < things)
            {
                segments.Add(new SegmentedObject(classes[query], true, scores[query], new Mask(owners.Runs(k))));
            }
            else if (stuff.TryGetValue(classes[query], out List<int>? same))
            {
                same.Add(k);
            }
            else
            {
                stuff[classes[query]] = [k];
            }
        }

        segments.AddRange(
            stuff.Select(s => new SegmentedObject(
                s.Key,
                false,
                s.Value.Max(k => scores[kept[k]]),
                new Mask(MaskRuns.Union([.. s.Value.Select(owners.Runs)]))
            ))
        );
        return segments;
    }

    /// <summary>The best pairs of a query and a thing class, with masks that may overlap.</summary>
    public static IReadOnlyList<SegmentedObject> Instances(
        Tensor classLogits,
        Tensor maskLogits,
        int things,
        ImageGeometry geometry,
        SegmentationOptions options,
        CancellationToken cancellation = default
    )
    {
        using Tensor scores = Probabilities(classLogits);
        int classes = scores.Width - 1;
        int[] queries = [.. Enumerable.Range(0, scores.Rows)];
        if (options.Distinct)
        {
            queries = Distinct(queries, maskLogits, [.. queries.Select(q => RowMath.Max(scores.Row(q)[..classes]))]);
        }

        (float Score, int Query, int Class)[] pairs =
        [
            .. queries
                .SelectMany(q => Enumerable.Range(0, classes).Select(k => (scores.Row(q)[k], q, k)))
                .OrderByDescending(pair => pair.Item1)
                .Take(options.MaxInstances),
        ];
        MaskEnlarger enlarger = Enlarger(maskLogits, geometry);
        var masks = new Dictionary<int, (Mask Mask, double Certainty)>(); // a query may be of several classes
        var instances = new List<SegmentedObject>();
        foreach ((float score, int query, int kind) in pairs)
        {
            if (kind >= things || score < options.InstanceThreshold) // certainties are at most 1
            {
                continue;
            }

            if (!masks.TryGetValue(query, out (Mask Mask, double Certainty) read))
            {
                (MaskRuns runs, double certainty) = enlarger.Read(Logits(maskLogits, query), cancellation);
                masks[query] = read = (new Mask(runs), certainty);
            }

            float sure = (float)(score * read.Certainty);
            if (sure >= options.InstanceThreshold)
            {
                instances.Add(new SegmentedObject(kind, true, sure, read.Mask));
            }
        }

        return [.. instances.OrderByDescending(instance => instance.Score)];
    }

    /// <summary>The most probable class of every pixel, row-major.</summary>
    public static int[] Semantic(
        Tensor classLogits,
        Tensor maskLogits,
        ImageGeometry geometry,
        CancellationToken cancellation = default
    )
    {
        using Tensor probabilities = Probabilities(classLogits);
        (int queries, int classes) = (probabilities.Rows, probabilities.Width - 1);
        MaskEnlarger enlarger = Enlarger(maskLogits, geometry);
        float[][] masks = [.. Enumerable.Range(0, queries).Select(query => Logits(maskLogits, query))];
        int stride = masks[0].Length / enlarger.SourceHeight;
        int[] result = new int[geometry.Width * geometry.Height];
        Parallel.ForEach(
            enlarger.Bands,
            new ParallelOptions { CancellationToken = cancellation },
            band =>
            {
                float[][] tops = [.. masks.Select(mask => Expand(mask, band.First))];
                float[][] bottoms = [.. masks.Select(mask => Expand(mask, band.Second))];
                float[] inside = new float[geometry.Width];
                float[] scores = new float[classes * geometry.Width]; // of a row, class by class
                for (int y = band.Begin; y < band.End; y++)
                {
                    Array.Clear(scores);
                    for (int query = 0; query < queries; query++)
                    {
                        MaskEnlarger.Blend(tops[query], bottoms[query], enlarger.Weight(y), inside);
                        for (int x = 0; x < inside.Length; x++)
                        {
                            inside[x] = MaskEnlarger.Sigmoid(inside[x]);
                        }

                        for (int k = 0; k < classes; k++)
                        {
                            RowMath.AddScaled(
                                scores.AsSpan(k * geometry.Width, geometry.Width),
                                inside,
                                probabilities.Row(query)[k]
                            );
                        }
                    }

                    for (int x = 0; x < geometry.Width; x++)
                    {
                        int best = 0;
                        for (int k = 1; k < classes; k++)
                        {
                            best = scores[(k * geometry.Width) + x] > scores[(best * geometry.Width) + x] ? k : best;
                        }

                        result[(y * geometry.Width) + x] = best;
                    }
                }
            }
        );
        return result;

        float[] Expand(float[] mask, int row)
        {
            float[] wide = new float[geometry.Width];
            enlarger.Expand(mask.AsSpan(row * stride, stride), wide);
            return wide;
        }
    }

    private static MaskEnlarger Enlarger(Tensor maskLogits, ImageGeometry geometry) =>
        new(maskLogits.Shape[1], maskLogits.Shape[2], geometry);

    /// <summary>(h * w): the mask logits of one query.</summary>
    private static float[] Logits(Tensor maskLogits, int query) => maskLogits.Part(query, 1).Span.ToArray();

    /// <summary>(Q, K + 1): the probabilities of the classes, the void class last.</summary>
    private static Tensor Probabilities(Tensor classLogits)
    {
        Tensor probabilities = classLogits.Clone();
        for (int query = 0; query < probabilities.Rows; query++)
        {
            RowMath.Softmax(probabilities.Row(query));
        }

        return probabilities;
    }

    /// <summary>Those of some queries that repeat none of the others.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="maskLogits">(Q, h, w).</param>
    /// <param name="scores">(Q).</param>
    private static int[] Distinct(int[] queries, Tensor maskLogits, float[] scores)
    {
        bool[] repeats = RepeatedMasks.Find(maskLogits, queries, [.. queries.Select(q => scores[q])]);
        return [.. queries.Where((_, i) => !repeats[i])];
    }

    private static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int k = 1; k < scores.Length; k++)
        {
            best = scores[k] > scores[best] ? k : best;
        }

        return best;
    }
}
