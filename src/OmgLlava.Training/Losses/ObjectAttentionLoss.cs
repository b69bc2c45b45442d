using OmgLlava.Alignment;
using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>
/// Teaches one attention head where to look: from [SEG], and from the words about a known thing, to the object tokens of that thing. A small model
/// left to itself knows what is in a picture from all tokens at once, and does not learn to look one thing up. Not in the paper.
/// </summary>
internal static class ObjectAttentionLoss
{
    /// <summary>Share of an object's mask that must lie in a thing for the object to stand for it.</summary>
    private const double Inside = 0.5;

    private const double Least = 1e-6;

    /// <summary>The mean of -log of the attention that reaches the right object tokens, over all tokens that have any.</summary>
    /// <param name="language">The language model.</param>
    /// <param name="layerInputs">The input of each of its layers in this pass.</param>
    /// <param name="spliced">What it was given.</param>
    /// <param name="batch">Who speaks of what.</param>
    /// <param name="shown">The tokens of each picture as the model was given them, object tokens last but for <paramref name="behind"/>.</param>
    /// <param name="behind">Tokens behind the object tokens.</param>
    /// <param name="perception">What the object tokens were made of.</param>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public static Tensor Compute(
        InternLm2 language, IReadOnlyList<Tensor> layerInputs, SplicedPrompt spliced, TrainingBatch batch, IReadOnlyList<Tensor> shown, int behind,
        ImagePerception perception)
    {
        using var scope = NewDisposeScope();
        int layer = language.Config.Layers / 2; // what is asked for has been gathered by then, and there are layers left to read what was found
        Tensor shares = language.AttentionShares(layer, layerInputs[layer], spliced.Mask, spliced.Positions); // (B, heads, T, T)
        long count = shares.shape[^1];
        List<PromptRow> rows = PromptRow.Read(batch.Prompts);
        var places = new List<long>();
        var targets = new List<Tensor>();
        Tensor? subjects = batch.SubjectMasks is null ? null : Coarse(batch.SubjectMasks, perception.MaskLogits.shape[^1]); // (M, h * w)
        foreach (IGrouping<int, (int Row, int Token, int Mask)> own in batch.Subjects.GroupBy(subject => subject.Row))
        {
            int image = Array.IndexOf(rows[own.Key].Ids, PromptPlaceholders.ImageId);
            Tensor kept = perception.Prior.Unassigned[own.Key].logical_not().any(dim: 1).nonzero().squeeze(-1);
            Tensor objects = perception.MaskLogits[own.Key].index_select(0, kept).Gt(0).flatten(1).to(float32); // (K, h * w)
            Tensor right = subjects!.index_select(0, tensor([.. own.Select(subject => (long)subject.Mask)], device: kept.device)) // (N, h * w)
                .matmul(objects.t()).div(objects.sum(1).Add(Least)).Gt(Inside).to(float32); // (N, K)
            long length = shown[own.Key].shape[0];
            long first = image + length - behind - kept.shape[0];
            targets.Add(nn.functional.pad(right, [first, count - first - kept.shape[0]])); // (N, T)
            places.AddRange(own.Select(subject => (own.Key * count) + subject.Token + length - 1));
        }

        if (targets.Count == 0)
        {
            return shares.sum().Mul(0).MoveToOuterDisposeScope();
        }

        Tensor target = cat(targets);
        Tensor looks = shares.transpose(1, 2).flatten(0, 1).index_select(0, tensor([.. places], device: shares.device)); // (N, heads, T)
        Tensor missing = looks.mul(target.unsqueeze(1)).sum(-1).Add(Least).log().neg().mean([1]); // (N)
        Tensor known = target.amax([1]);
        return missing.mul(known).sum().div(known.sum().ClampMin(1)).MoveToOuterDisposeScope();
    }

    /// <summary>(M, side * side): 1 where more than half of a cell is inside.</summary>
    private static Tensor Coarse(Tensor masks, long side) => nn.functional.adaptive_avg_pool2d(masks.unsqueeze(1), [side, side]).Gt(0.5).to(float32).flatten(1);
}
