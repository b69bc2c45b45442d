using OmgLlava.Torch.Layers;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>
/// Pairs object queries with true objects at least cost: class, mask cross-entropy and dice, the masks compared on the same
/// random points (Mask2Former, equation 1 of DETR with its costs).
/// </summary>
/// <param name="ClassWeight">Weight of the class.</param>
/// <param name="MaskWeight">Weight of the masks' cross-entropy.</param>
/// <param name="DiceWeight">Weight of the dice.</param>
internal sealed record HungarianMatcher(double ClassWeight = 2, double MaskWeight = 5, double DiceWeight = 5)
{
    /// <summary>The queries of the objects of each picture.</summary>
    /// <param name="classLogits">(B, Q, K + 1).</param>
    /// <param name="maskLogits">(B, Q, H, W).</param>
    /// <param name="targets">What is in the pictures.</param>
    /// <param name="points">(B, P, 2): where masks are compared, x, y in 0..1; null for every cell.</param>
    /// <returns>Per picture the query of each object, -1 where there are more objects than queries.</returns>
    public int[][] Match(Tensor classLogits, Tensor maskLogits, SegmentationTargets targets, Tensor? points)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor costs = Costs(classLogits, maskLogits, targets, points); // (B, N, Q)
        (int objects, int queries) = ((int)costs.shape[1], (int)costs.shape[2]);
        double[] values = [.. costs.to(float64).cpu().contiguous().data<double>()];
        return
        [
            .. targets.Classes.Select(
                (classes, picture) =>
                    LinearAssignment.Solve(
                        values.AsSpan(picture * objects * queries, classes.Length * queries),
                        classes.Length,
                        queries
                    )
            ),
        ];
    }

    /// <summary>(B, N, Q): what each pair would cost.</summary>
    internal Tensor Costs(Tensor classLogits, Tensor maskLogits, SegmentationTargets targets, Tensor? points)
    {
        using var scope = NewDisposeScope();
        (Tensor predicted, Tensor wanted) = points is null // (B, Q, P), (B, N, P)
            ? (
                maskLogits.to(float32).flatten(2),
                PointSampler.Shares(targets.Masks, maskLogits.shape[2], maskLogits.shape[3]).flatten(2)
            )
            : (SampleAll(maskLogits.to(float32), points), SampleAll(targets.Masks, points));
        Tensor negative = nn.functional.logsigmoid(predicted.neg()).neg(); // cross-entropy where nothing should be
        Tensor positive = negative.sub(predicted); // and where something should
        Tensor crossEntropy = wanted
            .matmul(positive.transpose(1, 2))
            .Add(wanted.neg().Add(1).matmul(negative.transpose(1, 2)))
            .Div(predicted.shape[2]);
        Tensor probability = predicted.sigmoid();
        Tensor overlap = wanted.matmul(probability.transpose(1, 2)).Mul(2).Add(1);
        Tensor areas = wanted.sum(2).unsqueeze(2).Add(probability.sum(2).unsqueeze(1)).Add(1);
        Tensor dice = overlap.div(areas).neg().Add(1);
        Tensor classes = zeros([classLogits.shape[0], wanted.shape[1]], int64, classLogits.device);
        foreach ((int picture, int[] own) in targets.Classes.Index())
        {
            if (own.Length > 0)
            {
                classes[picture].narrow(0, 0, own.Length).copy_(tensor([.. own.Select(c => (long)c)]));
            }
        }

        Tensor scores = classLogits
            .to(float32)
            .softmax(-1)
            .transpose(1, 2) // (B, K + 1, Q)
            .gather(1, classes.unsqueeze(2).expand(-1, -1, classLogits.shape[1]));
        return crossEntropy.Mul(MaskWeight).Add(dice.Mul(DiceWeight)).sub(scores.Mul(ClassWeight)).MoveToOuterDisposeScope();
    }

    /// <summary>Reads (B, N, H, W) at (B, P, 2), the same points for all of a picture.</summary>
    private static Tensor SampleAll(Tensor masks, Tensor points)
    {
        using var scope = NewDisposeScope();
        Tensor grid = points.Mul(2).Sub(1).unsqueeze(2); // (B, P, 1, 2)
        return nn
            .functional.grid_sample(masks, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false)
            .squeeze(3)
            .MoveToOuterDisposeScope();
    }
}
