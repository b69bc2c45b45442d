using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>The losses of predicted masks (Mask2Former), computed on sampled points or on every cell.</summary>
internal static class MaskLoss
{
    /// <summary>Factor of both losses in the published decoder configuration, before those of
    /// <see cref="LossWeights"/>.</summary>
    private const double Weight = 5;

    /// <summary>Added to the number of masks or points that a loss is averaged over: 1e-4 by OMG-LLaVA, the rest by
    /// mmdet.</summary>
    private const double AverageEpsilon = 1e-4 + 1.1920929e-07;

    /// <summary>Both losses of every stage.</summary>
    /// <param name="stages">Per decoder stage (N, H, W): predicted mask logits.</param>
    /// <param name="targets">(N, H', W') at any resolution: the true masks.</param>
    /// <param name="choosePoints">Gives (N, P, 2) for the number of a stage and its mask logits, or null for every cell, see
    /// <see cref="PointSampler"/>.</param>
    public static MaskLosses Compute(IReadOnlyList<Tensor> stages, Tensor targets, Func<int, Tensor, Tensor?> choosePoints)
    {
        using var scope = NewDisposeScope();
        Tensor truth = targets.to(float32);
        var dice = new Tensor[stages.Count];
        var crossEntropy = new Tensor[stages.Count];
        for (int stage = 0; stage < stages.Count; stage++)
        {
            Tensor logits = stages[stage].to(float32);
            (Tensor predicted, Tensor wanted) = choosePoints(stage, logits.detach()) is { } points // (N, P, 2)
                ? (PointSampler.Sample(logits, points), PointSampler.Sample(truth, points))
                : (logits.flatten(1), PointSampler.Shares(truth, logits.shape[1], logits.shape[2]).flatten(1)); // (N, P)
            dice[stage] = Dice(predicted, wanted);
            crossEntropy[stage] = CrossEntropy(predicted, wanted);
        }

        return new MaskLosses(stack(dice).MoveToOuterDisposeScope(), stack(crossEntropy).MoveToOuterDisposeScope());
    }

    /// <summary>5 · Σ (1 - (2 Σ p t + 1) / (Σ p + Σ t + 1)) / N, with p the sigmoid of the logits.</summary>
    /// <param name="logits">(N, P).</param>
    /// <param name="targets">(N, P) in 0..1.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Dice(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        Tensor probability = logits.sigmoid();
        Tensor overlap = probability.mul(targets).sum(1).Mul(2).Add(1);
        Tensor areas = probability.sum(1).Add(targets.sum(1)).Add(1);
        return overlap.div(areas).neg().Add(1).sum().Mul(Weight / (logits.shape[0] + AverageEpsilon)).MoveToOuterDisposeScope();
    }

    /// <summary>5 times the mean binary cross-entropy over all points of all masks.</summary>
    /// <param name="logits">(N, P).</param>
    /// <param name="targets">(N, P) in 0..1.</param>
    /// <returns>A scalar.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return nn
            .functional.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.Sum)
            .Mul(Weight / (logits.numel() + AverageEpsilon))
            .MoveToOuterDisposeScope();
    }
}
