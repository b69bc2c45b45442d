using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>The losses of one batch, each already weighted. The tensors are float32 scalars.</summary>
/// <param name="Language">Next-token loss.</param>
/// <param name="Dice">Dice loss of the [SEG] masks.</param>
/// <param name="MaskCrossEntropy">Cross-entropy of the [SEG] masks.</param>
/// <param name="Projector">Regularisation of the projectors.</param>
/// <param name="GroundedAttention">What is missing of the attention to the objects that words speak of.</param>
internal sealed record LossTerms(
    Tensor Language,
    Tensor Dice,
    Tensor MaskCrossEntropy,
    Tensor Projector,
    Tensor GroundedAttention
)
{
    /// <summary>What training minimises: a new tensor, their sum.</summary>
    public Tensor Total()
    {
        using var scope = NewDisposeScope();
        return Language.Add(Dice).Add(MaskCrossEntropy).Add(Projector).Add(GroundedAttention).MoveToOuterDisposeScope();
    }
}
