using OmgLlava.Alignment;
using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>
/// Teaches attention heads where to look. A small model left to itself knows what is in a picture from all tokens at once, and does not learn to look
/// one thing up. Not in the paper.
/// </summary>
/// <param name="language">The language model.</param>
/// <param name="layerInputs">The input of each of its layers in this pass.</param>
/// <param name="spliced">What it was given.</param>
/// <param name="shown">The tokens of each picture as the model was given them, object tokens last but for <paramref name="behind"/>.</param>
/// <param name="behind">Tokens behind the object tokens.</param>
/// <param name="perception">What the object tokens were made of.</param>
internal sealed class ObjectAttentionLoss(
    InternLm2 language, IReadOnlyList<Tensor> layerInputs, SplicedPrompt spliced, IReadOnlyList<Tensor> shown, int behind, ImagePerception perception)
{
    /// <summary>Share of an object's mask that must lie in a thing for the object to stand for it.</summary>
    private const double Inside = 0.5;

    private const double Least = 1e-6;

    /// <summary>What is asked for has been gathered by then, and there are layers left to read what was found.</summary>
    private int SubjectLayer => language.Config.Layers / 2;

    /// <summary>Early enough that what a noun named can be put to use where the subject is looked for.</summary>
    private int MentionLayer => Math.Max(0, SubjectLayer - 2);

    /// <summary>
    /// The mean of -log of the attention that reaches the right object tokens from [SEG], and from the words about a known thing, over all such tokens
    /// that have any.
    /// </summary>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public Tensor OfSubjects(TrainingBatch batch) => Missing(SubjectLayer, batch, batch.Subjects, absentAtStart: false);

    /// <summary>The same from the nouns of questions, two layers before; from those that name nothing in the picture, of the attention that stays at the first token.</summary>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public Tensor OfMentions(TrainingBatch batch) => Missing(MentionLayer, batch, batch.Mentions, absentAtStart: true);

    private Tensor Missing(int layer, TrainingBatch batch, IReadOnlyList<(int Row, int Token, int Mask)> tokens, bool absentAtStart)
    {
        using var scope = NewDisposeScope();
        Tensor shares = language.AttentionShares(layer, layerInputs[layer], spliced.Mask, spliced.Positions); // (B, heads, T, T)
        if (tokens.Count == 0)
        {
            return shares.sum().Mul(0).MoveToOuterDisposeScope();
        }

        long count = shares.shape[^1];
        List<PromptRow> rows = PromptRow.Read(batch.Prompts);
        var places = new List<long>();
        var targets = new List<Tensor>();
        Tensor masks = batch.SubjectMasks!;
        Tensor things = Coarse(masks, perception.MaskLogits.shape[^1]); // (M, h * w)
        Tensor absent = masks.flatten(1).sum(1).Eq(0).to(float32); // (M)
        foreach (IGrouping<int, (int Row, int Token, int Mask)> own in tokens.GroupBy(token => token.Row))
        {
            int image = Array.IndexOf(rows[own.Key].Ids, PromptPlaceholders.ImageId);
            Tensor kept = perception.Prior.Unassigned[own.Key].logical_not().any(dim: 1).nonzero().squeeze(-1);
            Tensor objects = perception.MaskLogits[own.Key].index_select(0, kept).Gt(0).flatten(1).to(float32); // (K, h * w)
            Tensor meant = tensor([.. own.Select(token => (long)token.Mask)], device: kept.device);
            Tensor right = things.index_select(0, meant).matmul(objects.t()).div(objects.sum(1).Add(Least)).Gt(Inside).to(float32); // (N, K)
            long length = shown[own.Key].shape[0];
            long first = image + length - behind - kept.shape[0];
            Tensor start = absent.index_select(0, meant).Mul(absentAtStart ? 1 : 0).unsqueeze(1); // (N, 1)
            targets.Add(cat([start, nn.functional.pad(right, [first - 1, count - first - kept.shape[0]])], dim: 1)); // (N, T)
            places.AddRange(own.Select(token => (own.Key * count) + token.Token + length - 1));
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
