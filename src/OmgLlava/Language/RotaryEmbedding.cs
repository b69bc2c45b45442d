using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Language;

/// <summary>The angles by which queries and keys turn with their position (RoPE, Su et al. 2021), in the half-split form.</summary>
/// <param name="Cosine">(B, 1, T, head size).</param>
/// <param name="Sine">(B, 1, T, head size).</param>
internal sealed record RotaryEmbedding(Tensor Cosine, Tensor Sine)
{
    /// <summary>Computes the angles.</summary>
    /// <param name="config">Base, head size and scaling.</param>
    /// <param name="positions">Int64 (B, T).</param>
    /// <param name="length">All positions that attention spans; beyond the trained ones the base grows (dynamic NTK).</param>
    /// <param name="type">Element type of the result.</param>
    public static RotaryEmbedding Compute(LanguageConfig config, Tensor positions, long length, ScalarType type)
    {
        using var scope = NewDisposeScope();
        int size = config.HeadSize;
        double theta = config.RopeTheta;
        if (config.RopeScaling is { } scaling && length > config.MaxPositions)
        {
            double stretch = (scaling.Factor * length / config.MaxPositions) - (scaling.Factor - 1);
            theta *= Math.Pow(stretch, size / (size - 2.0));
        }

        Tensor exponent = ScalarArithmetic.Arange(0, size, 2, float32, positions.device).Div(size);
        Tensor frequency = pow(theta, exponent).reciprocal(); // (size / 2)
        Tensor angle = positions.to(float32).unsqueeze(-1).mul(frequency).unsqueeze(1); // (B, 1, T, size / 2)
        Tensor both = cat([angle, angle], dim: -1);
        return new RotaryEmbedding(both.cos().to(type).MoveToOuterDisposeScope(), both.sin().to(type).MoveToOuterDisposeScope());
    }

    /// <summary>Turns heads.</summary>
    /// <param name="heads">(B, heads, T, head size).</param>
    public Tensor Turn(Tensor heads)
    {
        using var scope = NewDisposeScope();
        Tensor[] halves = heads.chunk(2, dim: -1);
        Tensor rotated = cat([halves[1].neg(), halves[0]], dim: -1);
        return heads.mul(Cosine).Add(rotated.mul(Sine)).MoveToOuterDisposeScope();
    }
}
