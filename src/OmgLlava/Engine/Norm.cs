namespace OmgLlava.Engine;

/// <summary>What a normalisation learned.</summary>
/// <param name="Weight">(C).</param>
/// <param name="Bias">(C).</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record Norm(Tensor Weight, Tensor Bias, float Epsilon = 1e-5f);
