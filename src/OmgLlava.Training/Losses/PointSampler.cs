using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>
/// Chooses the points of a mask that its loss is computed on: most of them where the prediction is least certain, the rest
/// anywhere (PointRend, as Mask2Former uses it). Points are x, y in 0..1 of the mask's width and height.
/// </summary>
internal sealed record PointSampler
{
    /// <summary>Points P per mask; 0 compares every cell of the predicted mask, which costs less where masks are small.</summary>
    public int Points { get; init; } = 12544;

    /// <summary>Candidates per point among which the uncertain ones are found.</summary>
    public double Oversampling { get; init; } = 3;

    /// <summary>Share of the points that are chosen for uncertainty.</summary>
    public double UncertainShare { get; init; } = 0.75;

    /// <summary>Candidates per mask.</summary>
    public int Candidates => (int)(Points * Oversampling);

    /// <summary>Points per mask that are chosen for uncertainty.</summary>
    public int Uncertain => (int)(Points * UncertainShare);

    /// <summary>Draws points for predicted masks. No gradient flows through the choice.</summary>
    /// <param name="maskLogits">(N, H, W).</param>
    /// <param name="random">Source of the random numbers.</param>
    /// <returns>(N, P, 2): the uncertain ones first; null to compare every cell.</returns>
    public Tensor? Draw(Tensor maskLogits, Generator random)
    {
        if (Points == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        long masks = maskLogits.shape[0];
        Tensor candidates = rand([masks, Candidates, 2], dtype: float32, generator: random).to(maskLogits.device);
        Tensor remainder = rand([masks, Points - Uncertain, 2], dtype: float32, generator: random).to(maskLogits.device);
        return Choose(maskLogits, candidates, remainder).MoveToOuterDisposeScope();
    }

    /// <summary>Chooses points from random numbers that are given.</summary>
    /// <param name="maskLogits">(N, H, W).</param>
    /// <param name="candidates">(N, <see cref="Candidates"/>, 2): those nearest to the mask's boundary are kept.</param>
    /// <param name="remainder">(N, P - <see cref="Uncertain"/>, 2): kept as they are.</param>
    /// <returns>(N, P, 2): the uncertain ones first, the most uncertain foremost.</returns>
    public Tensor Choose(Tensor maskLogits, Tensor candidates, Tensor remainder)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor certainty = Sample(maskLogits, candidates).abs(); // (N, candidates)
        Tensor index = certainty.neg().topk(Uncertain, dim: 1).indexes; // (N, uncertain)
        Tensor chosen = candidates.gather(1, index.unsqueeze(-1).expand(-1, -1, 2));
        return cat([chosen, remainder], dim: 1).MoveToOuterDisposeScope();
    }

    /// <summary>The share of each cell that lies inside a mask: its mean over the cell.</summary>
    /// <param name="masks">Floating point (..., H, W).</param>
    /// <param name="height">Rows of cells.</param>
    /// <param name="width">Columns of cells.</param>
    /// <returns>(..., height, width).</returns>
    public static Tensor Shares(Tensor masks, long height, long width) =>
        masks.shape[^2] == height && masks.shape[^1] == width ? masks : nn.functional.adaptive_avg_pool2d(masks, [height, width]);

    /// <summary>Reads masks at points, bilinearly, with zeros outside.</summary>
    /// <param name="masks">Floating point (N, H, W).</param>
    /// <param name="points">(N, P, 2).</param>
    /// <returns>(N, P).</returns>
    public static Tensor Sample(Tensor masks, Tensor points)
    {
        using var scope = NewDisposeScope();
        Tensor grid = points.to(masks.dtype).Mul(2).Sub(1).unsqueeze(2); // (N, P, 1, 2)
        return nn
            .functional.grid_sample(
                // (N, 1, P, 1)
                masks.unsqueeze(1),
                grid,
                GridSampleMode.Bilinear,
                GridSamplePaddingMode.Zeros,
                align_corners: false
            )
            .squeeze(3)
            .squeeze(1)
            .MoveToOuterDisposeScope();
    }
}
