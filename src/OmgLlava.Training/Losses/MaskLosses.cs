using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>The two mask losses of every decoder stage.</summary>
/// <param name="Dice">(stages).</param>
/// <param name="CrossEntropy">(stages).</param>
internal sealed record MaskLosses(Tensor Dice, Tensor CrossEntropy);
