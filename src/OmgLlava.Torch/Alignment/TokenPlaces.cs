using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>Where a batch's visual tokens stand in their pictures: boxes (cx, cy, w, h) in shares of the sides.</summary>
/// <param name="Pixels">(h * w, 4): the cells of the pixel grid, row by row.</param>
/// <param name="Objects">(B, Q, 4): the masks of the object queries.</param>
internal sealed record TokenPlaces(Tensor Pixels, Tensor Objects)
{
    private const float Spread = 3.4641016f; // a line of length w has the standard deviation w / √12
    private const float Least = 1e-6f;

    /// <summary>The places of a batch.</summary>
    /// <param name="height">Cells of the pixel grid, h.</param>
    /// <param name="width">Cells of the pixel grid, w.</param>
    /// <param name="maskLogits">(B, Q, H', W').</param>
    public static TokenPlaces Of(int height, int width, Tensor maskLogits)
    {
        using var scope = NewDisposeScope();
        Tensor y = Centers(height, maskLogits.device).unsqueeze(1).expand(height, width);
        Tensor x = Centers(width, maskLogits.device).expand(height, width);
        Tensor cells = stack([x, y, ones_like(x).Div(width), ones_like(y).Div(height)], dim: -1).flatten(0, 1);
        return new TokenPlaces(cells.MoveToOuterDisposeScope(), OfMasks(maskLogits).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The box of a mask by its moments, which a few stray pixels hardly move: the centre of mass, and the sides of the rectangle
    /// that spreads about it as widely. A mask without pixels stands everywhere: (½, ½, 1, 1).
    /// </summary>
    /// <param name="maskLogits">(..., H', W').</param>
    /// <returns>(..., 4), float32.</returns>
    public static Tensor OfMasks(Tensor maskLogits)
    {
        using var scope = NewDisposeScope();
        Tensor inside = maskLogits.Gt(0).to(float32);
        (Tensor cx, Tensor w) = Moments(inside.sum(-2));
        (Tensor cy, Tensor h) = Moments(inside.sum(-1));
        return stack([cx, cy, w, h], dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>Centre and spread of pixel counts along one side, (..., n) to (...) each.</summary>
    private static (Tensor Center, Tensor Side) Moments(Tensor counts)
    {
        Tensor share = counts.Add(Least / counts.shape[^1]);
        share = share.div(share.sum(-1, keepdim: true));
        Tensor at = Centers((int)counts.shape[^1], counts.device);
        Tensor center = share.mul(at).sum(-1);
        Tensor deviation = at.sub(center.unsqueeze(-1));
        Tensor variance = share.mul(deviation.mul(deviation)).sum(-1);
        return (center, variance.sqrt().Mul(Spread));
    }

    /// <summary>(count): the middles of equal parts of 0..1.</summary>
    private static Tensor Centers(int count, Device device) =>
        ScalarArithmetic.Arange(count, float32, device).Add(0.5).Div(count);
}
