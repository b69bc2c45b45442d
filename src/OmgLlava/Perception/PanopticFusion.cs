using OmgLlava.Imaging;
using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>
/// Turns the object queries of one image into panoptic, instance and semantic results at the size of the user's picture (mmdet's
/// MaskFormerFusionHead). Masks are enlarged one query, or a few rows, at a time, so that memory stays bounded for any picture.
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
    public static IReadOnlyList<SegmentedObject> Panoptic(
        ImagePerception perception, int things, ImageGeometry geometry, SegmentationOptions options)
    {
        using var scope = NewDisposeScope();
        (Tensor best, Tensor index) = perception.ClassLogits[0].to(float32).softmax(-1).max(-1); // (Q), (Q)
        float[] scores = [.. best.cpu().data<float>()];
        long[] classes = [.. index.cpu().data<long>()];
        long voidClass = perception.ClassLogits.shape[2] - 1;
        int[] kept = [.. Enumerable.Range(0, scores.Length).Where(q => classes[q] != voidClass && scores[q] > options.ObjectThreshold)];
        using Tensor owner = Owners(perception, kept, scores, geometry);

        var segments = new List<SegmentedObject>();
        var stuff = new Dictionary<long, (Tensor Pixels, float Score)>();
        foreach ((int k, int query) in kept.Index())
        {
            Tensor inside = Enlarge(perception, query, geometry).Ge(0); // sigmoid >= 0.5
            Tensor pixels = owner.Eq(k);
            pixels = options.DropUncertainPixels ? pixels.logical_and(inside) : pixels;
            long claimed = pixels.sum().item<long>();
            long whole = inside.sum().item<long>();
            if (claimed == 0 || whole == 0 || (double)claimed / whole < options.OverlapThreshold)
            {
                continue;
            }

            if (classes[query] < things)
            {
                segments.Add(new SegmentedObject((int)classes[query], true, scores[query], ToMask(pixels)));
            }
            else
            {
                stuff[classes[query]] = stuff.TryGetValue(classes[query], out var same)
                    ? (same.Pixels.logical_or(pixels), Math.Max(same.Score, scores[query]))
                    : (pixels, scores[query]);
            }
        }

        segments.AddRange(stuff.Select(s => new SegmentedObject((int)s.Key, false, s.Value.Score, ToMask(s.Value.Pixels))));
        return segments;
    }

    /// <summary>The best pairs of a query and a thing class, with masks that may overlap.</summary>
    public static IReadOnlyList<SegmentedObject> Instances(
        ImagePerception perception, int things, ImageGeometry geometry, SegmentationOptions options)
    {
        using var scope = NewDisposeScope();
        Tensor scores = perception.ClassLogits[0].to(float32).softmax(-1).narrow(-1, 0, perception.ClassLogits.shape[2] - 1); // (Q, K)
        long classes = scores.shape[1];
        (Tensor top, Tensor pairs) = scores.flatten().topk((int)Math.Min(options.MaxInstances, scores.numel()));
        var instances = new List<SegmentedObject>();
        foreach ((float score, long pair) in top.cpu().data<float>().Zip(pairs.cpu().data<long>()))
        {
            if (pair % classes >= things)
            {
                continue;
            }

            using var inner = NewDisposeScope();
            Tensor logits = Enlarge(perception, (int)(pair / classes), geometry);
            Tensor inside = logits.Gt(0);
            float certainty = logits.sigmoid().mul(inside).sum().div(inside.sum().Add(1e-6)).item<float>();
            if (score * certainty >= options.InstanceThreshold)
            {
                instances.Add(new SegmentedObject((int)(pair % classes), true, score * certainty, ToMask(inside)));
            }
        }

        return [.. instances.OrderByDescending(instance => instance.Score)];
    }

    /// <summary>The most probable class of every pixel, row-major.</summary>
    public static int[] Semantic(ImagePerception perception, ImageGeometry geometry)
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

    /// <summary>(H, W) int32: the place in <paramref name="kept"/> of the query that each pixel most probably belongs to.</summary>
    private static Tensor Owners(ImagePerception perception, int[] kept, float[] scores, ImageGeometry geometry)
    {
        using var scope = NewDisposeScope();
        Device device = perception.MaskLogits.device;
        Tensor owner = ScalarArithmetic.Full([geometry.Height, geometry.Width], -1, int32, device);
        Tensor best = ScalarArithmetic.Full([geometry.Height, geometry.Width], double.NegativeInfinity, float32, device);
        foreach ((int k, int query) in kept.Index())
        {
            using var inner = NewDisposeScope();
            Tensor probability = Enlarge(perception, query, geometry).sigmoid().Mul(scores[query]);
            owner.MaskedFillInPlace(probability.gt(best), k);
            best.copy_(maximum(best, probability));
        }

        return owner.MoveToOuterDisposeScope();
    }

    /// <summary>(H, W): the mask logits of one query at the size of the user's picture.</summary>
    private static Tensor Enlarge(ImagePerception perception, int query, ImageGeometry geometry) =>
        MaskEnlarger.Enlarge(perception.MaskLogits[0][query], geometry);

    private static Mask ToMask(Tensor pixels)
    {
        using Tensor contiguous = pixels.contiguous().cpu();
        return new Mask((int)pixels.shape[1], (int)pixels.shape[0], [.. contiguous.data<bool>()]);
    }
}
