using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// Where the queries of visual prompts may look, whatever masks they predict: a box query only inside its box, a region query
/// exactly at its region.
/// </summary>
/// <param name="Regions">Float (Q, H, W), or (B, Q, H, W) where the images of a batch differ, at any resolution, 1 inside; null
/// when every query is bounded by <paramref name="Boxes"/>.</param>
/// <param name="Boxes">Float (Q, 4), or (B, Q, 4) where the images of a batch differ: x0, y0, x1, y1 relative to the image, in
/// 0..1; ignored when there are regions.</param>
internal sealed record AttentionConstraint(Tensor? Regions, Tensor? Boxes)
{
    /// <summary>
    /// The cells that the queries may look at in a level.
    /// </summary>
    /// <param name="predicted">Bool (B, Q, h, w): the cells inside the predicted masks.</param>
    /// <returns>Bool (B, Q, h, w).</returns>
    internal Tensor Apply(Tensor predicted)
    {
        using var scope = NewDisposeScope();
        long height = predicted.shape[2];
        long width = predicted.shape[3];
        Tensor visible = Regions is not null
            ? nn
                .functional.interpolate(
                    Regions.dim() == 3 ? Regions.unsqueeze(0) : Regions,
                    size: [height, width],
                    mode: InterpolationMode.Nearest
                )
                .Gt(0.5)
            : predicted.logical_and(Inside(Boxes!, height, width));
        return visible.MoveToOuterDisposeScope();
    }

    /// <summary>The cells that a box touches: from floor(start) to floor(end + 1), end exclusive.</summary>
    private static Tensor Inside(Tensor boxes, long height, long width)
    {
        Tensor relative = boxes.Clamp(0, 1);
        Tensor x = Span(relative.select(-1, 0), relative.select(-1, 2), width); // (..., Q, w)
        Tensor y = Span(relative.select(-1, 1), relative.select(-1, 3), height); // (..., Q, h)
        return y.unsqueeze(-1).logical_and(x.unsqueeze(-2)); // (..., Q, h, w)
    }

    private static Tensor Span(Tensor start, Tensor end, long cells)
    {
        Tensor cell = ScalarArithmetic.Arange(cells, start.dtype, start.device);
        Tensor first = start.Mul(cells).floor().unsqueeze(-1);
        Tensor last = end.Mul(cells).Add(1).floor().unsqueeze(-1);
        return cell.ge(first).logical_and(cell.lt(last));
    }
}
