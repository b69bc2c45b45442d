using OmgLlava.Alignment;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>How surprised the language model is by the answer it should give.</summary>
internal static class LanguageLoss
{
    /// <summary>
    /// Cross-entropy of each labelled token given the position before it, averaged over all of them. The vocabulary head runs on
    /// those positions only, which are few beside the image's.
    /// </summary>
    /// <param name="hidden">(B, T, D): final hidden states.</param>
    /// <param name="labels">Int64 (B, T), <see cref="PromptPlaceholders.IgnoredLabel"/> where nothing is asked.</param>
    /// <param name="head">The vocabulary head: (n, D) to (n, V).</param>
    /// <returns>A float32 scalar, 0 for a batch without labels.</returns>
    public static Tensor Compute(Tensor hidden, Tensor labels, Func<Tensor, Tensor> head)
    {
        using var scope = NewDisposeScope();
        Tensor next = labels.narrow(1, 1, labels.shape[1] - 1).flatten(); // (B * (T - 1))
        Tensor states = hidden.narrow(1, 0, hidden.shape[1] - 1).flatten(0, 1); // (B * (T - 1), D)
        Tensor asked = next.Ne(PromptPlaceholders.IgnoredLabel).nonzero().squeeze(1);
        if (asked.shape[0] == 0)
        {
            return hidden.sum().Mul(0).to(float32).MoveToOuterDisposeScope();
        }

        Tensor logits = head(states.index_select(0, asked)).to(float32); // (labels, V)
        return nn.functional.cross_entropy(logits, next.index_select(0, asked)).MoveToOuterDisposeScope();
    }
}
