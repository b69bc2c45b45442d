using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>The losses of one batch, each already weighted. The tensors are float32 scalars.</summary>
/// <param name="Language">Next-token loss.</param>
/// <param name="Dice">Dice loss of the [SEG] masks.</param>
/// <param name="MaskCrossEntropy">Cross-entropy of the [SEG] masks.</param>
/// <param name="Projector">Regularisation of the projectors.</param>
/// <param name="ObjectAttention">What is missing of the attention to the objects that words speak of.</param>
/// <param name="WordAttention">The same of the objects that a question's nouns name.</param>
/// <param name="NumberAttention">How far attention is from telling numbers.</param>
public sealed record LossTerms(Tensor Language, Tensor Dice, Tensor MaskCrossEntropy, Tensor Projector, Tensor ObjectAttention, Tensor WordAttention, Tensor NumberAttention)
{
    /// <summary>What training minimises: a new tensor, their sum.</summary>
    public Tensor Total()
    {
        using var scope = NewDisposeScope();
        return Language.Add(Dice).Add(MaskCrossEntropy).Add(Projector).Add(ObjectAttention).Add(WordAttention).Add(NumberAttention).MoveToOuterDisposeScope();
    }
}
