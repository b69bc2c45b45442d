using OmgLlava.Torch.Layers;

using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>What the mask decoder makes of a set of queries.</summary>
/// <param name="Content">(B, Q, C): output of the last layer, before the final norm.</param>
/// <param name="Position">(B, Q, C): the position part of the queries, unchanged.</param>
/// <param name="Stages">The predictions from the initial queries and after every layer; only the last one when the decoder was
/// told to keep no more.</param>
internal sealed record DecodedQueries(Tensor Content, Tensor Position, IReadOnlyList<DecoderStage> Stages)
{
    /// <summary>The final predictions.</summary>
    public DecoderStage Last => Stages[^1];

    /// <summary>(B, Q, 2C + K + 11): content, position and, where they are given, class probabilities and shares of colours side
    /// by side, the form in which an object goes to the language model.</summary>
    /// <param name="classLogits">(B, Q, K + 1), the void class last; null as published.</param>
    /// <param name="colors">(B, h * w, 11): 1 for the colour of each of a mask's cells; null as published.</param>
    public Tensor Joined(Tensor? classLogits = null, Tensor? colors = null)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor> { Content, Position };
        if (classLogits is not null)
        {
            parts.Add(classLogits.softmax(-1).narrow(-1, 0, classLogits.shape[^1] - 1));
        }

        if (colors is not null)
        {
            Tensor inside = Last.MaskLogits.flatten(2).Gt(0).to(colors.dtype); // (B, Q, h * w)
            parts.Add(inside.matmul(colors).div(inside.sum(-1, keepdim: true).ClampMin(1)).to(Content.dtype));
        }

        return cat(parts, dim: -1).MoveToOuterDisposeScope();
    }
}
