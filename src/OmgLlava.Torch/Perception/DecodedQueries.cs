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

    /// <summary>(B, Q, 2C) or (B, Q, 2C + K): content, position and, where they are given, class probabilities side by side, the
    /// form in which an object goes to the language model.</summary>
    /// <param name="classLogits">(B, Q, K + 1), the void class last; null as published.</param>
    public Tensor Joined(Tensor? classLogits = null) =>
        classLogits is null
            ? cat([Content, Position], dim: -1)
            : cat([Content, Position, classLogits.softmax(-1).narrow(-1, 0, classLogits.shape[^1] - 1)], dim: -1);
}
