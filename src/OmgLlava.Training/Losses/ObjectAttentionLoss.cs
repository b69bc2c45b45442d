using OmgLlava.Alignment;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>
/// Teaches attention heads where to look. A small model left to itself knows what is in a picture from all tokens at once, and
/// does not learn to look one thing up. Not in the paper.
/// </summary>
/// <param name="language">The language model.</param>
/// <param name="layerInputs">The input of each of its layers in this pass.</param>
/// <param name="spliced">What it was given.</param>
/// <param name="shown">The tokens of each picture as the model was given them, object tokens last but for
/// <paramref name="behind"/>.</param>
/// <param name="objects">The queries that the object tokens of each picture are of.</param>
/// <param name="behind">Tokens behind the object tokens.</param>
/// <param name="maskLogits">(B, Q, h, w): the masks of the queries, positive inside.</param>
internal sealed class ObjectAttentionLoss(
    TorchLanguageModel language,
    IReadOnlyList<Tensor> layerInputs,
    SplicedPrompt spliced,
    IReadOnlyList<Tensor> shown,
    IReadOnlyList<Tensor> objects,
    int behind,
    Tensor maskLogits
)
{
    /// <summary>Share of an object's mask that must lie in a thing for the object to stand for it.</summary>
    private const double Inside = 0.5;

    private const double Least = 1e-6;

    private const double OfMention = 0.2; // a noun is easily found
    private const double OfNumber = 0.4;

    private readonly LookingLayers _layers = LookingLayers.Of(language.Config.Layers);

    /// <summary>
    /// All four: one head looks at the object tokens of what [SEG] or the words speak of, or at the token of what is pointed at,
    /// one some layers earlier from a question's nouns at what they name, and one a layer later at all that a number counts.
    /// </summary>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public Tensor Compute(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        return OfSubjects(batch)
            .Add(OfPointed(batch))
            .Add(OfMentions(batch).Mul(OfMention))
            .Add(OfNumbers(batch).Mul(OfNumber))
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The mean of -log of the attention that reaches the right object tokens from [SEG], and from the words about a known thing,
    /// over all such tokens that have any.
    /// </summary>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public Tensor OfSubjects(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        Looks looks = Look(_layers.Subject, batch, batch.Subjects);
        return Mean(Missing(looks.AtObjects), looks.Found).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of -log of the attention that reaches the placeholder of the one thing that a question points at, from
    /// the tokens of its answer.</summary>
    /// <returns>A scalar, 0 where nothing is pointed at.</returns>
    public Tensor OfPointed(TrainingBatch batch)
    {
        if (batch.Pointed.Count == 0)
        {
            return zeros([], float32, spliced.Embeddings.device);
        }

        using var scope = NewDisposeScope();
        Tensor shares = Shares(_layers.Subject); // (B, heads, T, T)
        (long heads, long count) = (shares.shape[1], shares.shape[^1]);
        long[] from = [.. batch.Pointed.Select(known => (known.Row * count) + Place(known.Row, known.Token))];
        long[] at = [.. batch.Pointed.Select(known => (long)Place(known.Row, known.Placeholder))];
        // (N, heads, T)
        Tensor looks = shares.transpose(1, 2).flatten(0, 1).index_select(0, tensor(from, device: shares.device));
        Tensor there = tensor(at, device: shares.device).view(-1, 1, 1).expand(-1, heads, 1);
        return Missing(looks.gather(-1, there)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The same from the nouns of questions, layers before; from those that name nothing in the picture, of the
    /// attention that stays at the first token.</summary>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public Tensor OfMentions(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        Looks looks = Look(_layers.Mention, batch, batch.Mentions);
        return Mean(Missing(looks.AtObjects.Add(looks.AtStart.mul(looks.Absent.unsqueeze(1)))), looks.Found.Add(looks.Absent))
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How far attention is from telling numbers: of n things and the first token, all looked at alike, the first token gets 1 /
    /// (1 + n). The relative entropy of that, one layer behind the subjects, from the tokens before words that depend on a
    /// number.
    /// </summary>
    /// <returns>A scalar, 0 where nothing is known.</returns>
    public Tensor OfNumbers(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var numbers = batch.Numbers.OrderBy(known => known.Row).ToArray();
        Looks looks = Look(_layers.Number, batch, [.. numbers.Select(known => (known.Row, known.Token, known.Mask))]);
        // (N, 1)
        Tensor atStart = tensor([.. numbers.Select(known => 1f / (1 + known.Number))], device: looks.AtStart.device).unsqueeze(1);
        Tensor atObjects = atStart.neg().Add(1);
        Tensor entropy = Relative(atStart, looks.AtStart).Add(Relative(atObjects, looks.AtObjects)); // (N, heads)
        return Mean(entropy, looks.Found.Add(looks.Absent)).MoveToOuterDisposeScope();

        static Tensor Relative(Tensor wanted, Tensor given) => wanted.mul(wanted.Add(Least).log().sub(given.Add(Least).log()));
    }

    private static Tensor Missing(Tensor attention) => attention.Add(Least).log().neg();

    /// <summary>Over heads, and the tokens that count.</summary>
    private static Tensor Mean(Tensor values, Tensor counted) =>
        values.mean([1]).mul(counted).sum().div(counted.sum().ClampMin(1));

    /// <summary>Where some tokens look.</summary>
    /// <param name="AtStart">(N, heads): how much of the attention stays at the first token.</param>
    /// <param name="AtObjects">(N, heads): how much goes to the object tokens of what is meant.</param>
    /// <param name="Found">(N): 1 where what is meant has an object token.</param>
    /// <param name="Absent">(N): 1 where nothing is meant.</param>
    private sealed record Looks(Tensor AtStart, Tensor AtObjects, Tensor Found, Tensor Absent);

    /// <param name="layer">The layer.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="tokens">Row, token, and mask of what is meant; ordered by row.</param>
    private Looks Look(int layer, TrainingBatch batch, IReadOnlyList<(int Row, int Token, int Mask)> tokens)
    {
        Tensor shares = Shares(layer).to(float32); // (B, heads, T, T)
        long count = shares.shape[^1];
        var places = new List<long>();
        var targets = new List<Tensor> { zeros([0, count], device: shares.device) };
        var absent = new List<Tensor> { zeros([0], device: shares.device) };
        if (tokens.Count > 0)
        {
            List<PromptRow> rows = PromptRow.Read(batch.Prompts);
            Tensor masks = batch.SubjectMasks!;
            Tensor things = Coarse(masks, maskLogits.shape[^1]); // (M, h * w)
            Tensor empty = masks.flatten(1).sum(1).Eq(0).to(float32); // (M)
            foreach (IGrouping<int, (int Row, int Token, int Mask)> own in tokens.GroupBy(token => token.Row))
            {
                int image = Array.IndexOf(rows[own.Key].Ids, PromptPlaceholders.ImageId);
                // (K, h * w)
                Tensor seen = maskLogits[own.Key].index_select(0, objects[own.Key]).Gt(0).flatten(1).to(float32);
                Tensor meant = tensor([.. own.Select(token => (long)token.Mask)], device: seen.device);
                // (N, K)
                Tensor right = things.index_select(0, meant).matmul(seen.t()).div(seen.sum(1).Add(Least)).Gt(Inside).to(float32);
                long length = shown[own.Key].shape[0];
                long first = image + length - behind - seen.shape[0];
                targets.Add(nn.functional.pad(right, [first, count - first - seen.shape[0]])); // (N, T)
                absent.Add(empty.index_select(0, meant));
                places.AddRange(own.Select(token => (own.Key * count) + Place(own.Key, token.Token)));
            }
        }

        Tensor target = cat(targets);
        // (N, heads, T)
        Tensor looks = shares.transpose(1, 2).flatten(0, 1).index_select(0, tensor([.. places], int64, shares.device));
        return new Looks(looks.select(-1, 0), looks.mul(target.unsqueeze(1)).sum(-1), target.amax([1]), cat(absent));
    }

    /// <summary>(B, heads, T, T).</summary>
    private Tensor Shares(int layer) =>
        language.AttentionShares(layer, layerInputs[layer], spliced.Mask, spliced.Positions);

    /// <summary>Where a token behind the picture's placeholder stands once that has become many.</summary>
    private int Place(int row, int token) => token + (int)shown[row].shape[0] - 1;

    /// <summary>(M, side * side): 1 where more than half of a cell is inside.</summary>
    private static Tensor Coarse(Tensor masks, long side) =>
        nn.functional.adaptive_avg_pool2d(masks.unsqueeze(1), [side, side]).Gt(0.5).to(float32).flatten(1);
}
