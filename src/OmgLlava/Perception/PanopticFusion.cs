using OmgLlava.Imaging;
using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>
/// Turns the object queries of one image into panoptic, instance and semantic results at the size of the user's picture (mmdet's
/// MaskFormerFusionHead). Masks are enlarged a few rows at a time and kept as runs, so that memory stays bounded for any picture.
/// </summary>
internal static class PanopticFusion
{
    /// <summary>Cells that the semantic result may hold at once, over all queries.</summary>
    private const long StripCells = 32 << 20;

    /// <summary>Every pixel belongs to at most one segment; stuff of one class is one segment.</summary>
    /// <param name="perception">One image (B = 1).</param>
    /// <param name="things">Number of thing classes.</param>
    /// <param name="geometry">Where the user's picture lies in the model's input.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="cancellation">Stops within a few rows.</param>
    public static IReadOnlyList<SegmentedObject> Panoptic(
        ImagePerception perception, int things, ImageGeometry geometry, SegmentationOptions options, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        (Tensor best, Tensor index) = perception.ClassLogits[0].to(float32).softmax(-1).max(-1); // (Q), (Q)
        float[] scores = [.. best.cpu().data<float>()];
        long[] classes = [.. index.cpu().data<long>()];
        long voidClass = perception.ClassLogits.shape[2] - 1;
        int[] kept = [.. Enumerable.Range(0, scores.Length).Where(q => classes[q] != voidClass && scores[q] > options.ObjectThreshold)];
        QueryMask[] masks = [.. kept.Select(query => new QueryMask(Logits(perception, query), scores[query]))];
        var owners = new PixelOwners(masks, Enlarger(perception, geometry), options.DropUncertainPixels, cancellation);

        var segments = new List<SegmentedObject>();
        var stuff = new Dictionary<long, List<int>>(); // the kept queries of each class
        foreach ((int k, int query) in kept.Index())
        {
            (long claimed, long whole) = (owners.Claimed(k), owners.Whole(k));
            if (claimed == 0 || whole == 0 || (double)claimed / whole < options.OverlapThreshold)
            {
                continue;
            }

            if (classes[query] < things)
            {
                segments.Add(new SegmentedObject((int)classes[query], true, scores[query], new Mask(owners.Runs(k))));
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

        segments.AddRange(stuff.Select(s => new SegmentedObject(
            (int)s.Key, false, s.Value.Max(k => scores[kept[k]]), new Mask(MaskRuns.Union([.. s.Value.Select(owners.Runs)])))));
        return segments;
    }

    /// <summary>The best pairs of a query and a thing class, with masks that may overlap.</summary>
    public static IReadOnlyList<SegmentedObject> Instances(
        ImagePerception perception, int things, ImageGeometry geometry, SegmentationOptions options, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        Tensor scores = perception.ClassLogits[0].to(float32).softmax(-1).narrow(-1, 0, perception.ClassLogits.shape[2] - 1); // (Q, K)
        long classes = scores.shape[1];
        (Tensor top, Tensor pairs) = scores.flatten().topk((int)Math.Min(options.MaxInstances, scores.numel()));
        MaskEnlarger enlarger = Enlarger(perception, geometry);
        var masks = new Dictionary<int, (Mask Mask, double Certainty)>(); // a query may be of several classes
        var instances = new List<SegmentedObject>();
        foreach ((float score, long pair) in top.cpu().data<float>().Zip(pairs.cpu().data<long>()))
        {
            int query = (int)(pair / classes);
            if (pair % classes >= things || score < options.InstanceThreshold) // certainties are at most 1
            {
                continue;
            }

            if (!masks.TryGetValue(query, out (Mask Mask, double Certainty) read))
            {
                (MaskRuns runs, double certainty) = enlarger.Read(Logits(perception, query), cancellation);
                masks[query] = read = (new Mask(runs), certainty);
            }

            float sure = (float)(score * read.Certainty);
            if (sure >= options.InstanceThreshold)
            {
                instances.Add(new SegmentedObject((int)(pair % classes), true, sure, read.Mask));
            }
        }

        return [.. instances.OrderByDescending(instance => instance.Score)];
    }

    /// <summary>The most probable class of every pixel, row-major.</summary>
    public static int[] Semantic(ImagePerception perception, ImageGeometry geometry, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        Tensor masks = perception.MaskLogits[0].to(float32); // (Q, h, w)
        Tensor scores = perception.ClassLogits[0].to(float32).softmax(-1).narrow(-1, 0, perception.ClassLogits.shape[2] - 1).t(); // (K, Q)
        Tensor columns = BilinearResize.Matrix(
            (int)masks.shape[2], geometry.Side, [.. Enumerable.Range(geometry.OffsetX, geometry.Width)], masks.device);
        Tensor wide = masks.matmul(columns.t()); // (Q, h, W)
        int rows = (int)Math.Max(1, StripCells / (masks.shape[0] * geometry.Width));
        int[] result = new int[geometry.Width * geometry.Height];
        for (int y = 0; y < geometry.Height; y += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            int count = Math.Min(rows, geometry.Height - y);
            Tensor strip = BilinearResize.Matrix(
                (int)masks.shape[1], geometry.Side, [.. Enumerable.Range(geometry.OffsetY + y, count)], masks.device);
            Tensor probability = strip.matmul(wide).sigmoid().flatten(1); // (Q, rows * W)
            Tensor best = scores.matmul(probability).argmax(0).to(int32).cpu();
            best.data<int>().CopyTo(result, y * geometry.Width);
        }

        return result;
    }

    private static MaskEnlarger Enlarger(ImagePerception perception, ImageGeometry geometry) =>
        new((int)perception.MaskLogits.shape[2], (int)perception.MaskLogits.shape[3], geometry);

    /// <summary>(h * w): the mask logits of one query.</summary>
    private static float[] Logits(ImagePerception perception, int query)
    {
        using var scope = NewDisposeScope();
        return [.. perception.MaskLogits[0][query].to(float32).contiguous().cpu().data<float>()];
    }
}
