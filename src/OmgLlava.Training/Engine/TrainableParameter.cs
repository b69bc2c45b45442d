using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>A tensor that training changes.</summary>
/// <param name="Name">Its name, the same whenever the stage is set up anew.</param>
/// <param name="Tensor">The tensor of the model, of any floating-point type.</param>
/// <param name="RateFactor">Factor of the learning rate.</param>
/// <param name="Start">The step from which it changes.</param>
internal sealed record TrainableParameter(string Name, Tensor Tensor, double RateFactor = 1, int Start = 0)
{
    /// <summary>Matrices and kernels shrink; norms, biases and embeddings do not.</summary>
    public bool Decays =>
        Tensor.dim() >= 2
        && !Name.Contains("embedding", StringComparison.Ordinal)
        && !Name.Contains("query_", StringComparison.Ordinal);

    /// <summary>Whether it maps hidden states to hidden states: what Muon is for.</summary>
    public bool IsHiddenMatrix => Decays && Tensor.dim() == 2 && !Name.EndsWith("head.weight", StringComparison.Ordinal);
}
