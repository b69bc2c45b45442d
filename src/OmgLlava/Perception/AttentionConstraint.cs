using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>
/// Where the queries of visual prompts may look, whatever masks they predict: a box query only inside its box, a region query
/// exactly at its region.
/// </summary>
/// <param name="Regions">Float (Q, H, W) at any resolution, 1 inside; null when every query is bounded by <paramref name="Boxes"/>.</param>
/// <param name="Boxes">Float (Q, 4): x0, y0, x1, y1 relative to the image, in 0..1; ignored when there are regions.</param>
public sealed record AttentionConstraint(Tensor? Regions, Tensor? Boxes)
{
    /// <summary>
    /// The cells that the queries may look at in a level.
    /// </summary>
    /// <param name="predicted">Bool (1, Q, h, w): the cells inside the predicted masks.</param>
    /// <returns>Bool (1, Q, h, w).</returns>
    internal Tensor Apply(Tensor predicted)
    {
        using var scope = NewDisposeScope();
        long height = predicted.shape[2];
        long width = predicted.shape[3];
        Tensor visible = Regions is not null
            ? nn.functional.interpolate(Regions.unsqueeze(0), size: [height, width], mode: InterpolationMode.Nearest).gt(0.5)
            : predicted.logical_and(Inside(Boxes!, height, width).unsqueeze(0));
        return visible.MoveToOuterDisposeScope();
    }

    /// <summary>The cells that a box touches: from floor(start) to floor(end + 1), end exclusive.</summary>
    private static Tensor Inside(Tensor boxes, long height, long width)
    {
        Tensor relative = boxes.clamp(0, 1);
        Tensor x = Span(relative.select(1, 0), relative.select(1, 2), width); // (Q, w)
        Tensor y = Span(relative.select(1, 1), relative.select(1, 3), height); // (Q, h)
        return y.unsqueeze(2).logical_and(x.unsqueeze(1)); // (Q, h, w)
    }

    private static Tensor Span(Tensor start, Tensor end, long cells)
    {
        Tensor cell = arange(cells, dtype: start.dtype, device: start.device).unsqueeze(0);
        Tensor first = start.mul(cells).floor().unsqueeze(1);
        Tensor last = end.mul(cells).add(1).floor().unsqueeze(1);
        return cell.ge(first).logical_and(cell.lt(last));
    }
}
