using OmgLlava.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>The angles by which queries and keys turn with their position (RoPE, Su et al. 2021), in the half-split form; a
/// head's numbers beyond them stay.</summary>
/// <param name="Cosine">(B, 1, T, rotary size).</param>
/// <param name="Sine">(B, 1, T, rotary size).</param>
internal sealed record RotaryEmbedding(Tensor Cosine, Tensor Sine)
{
    /// <summary>Computes the angles.</summary>
    /// <param name="config">Base, sizes and scaling.</param>
    /// <param name="positions">Int64 (B, T).</param>
    /// <param name="length">All positions that attention spans.</param>
    /// <param name="type">Element type of the result.</param>
    public static RotaryEmbedding Compute(LanguageConfig config, Tensor positions, long length, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var frequencies = RotaryFrequencies.Of(config, length);
        Tensor frequency = tensor(frequencies.Values, device: positions.device); // (rotary size / 2)
        Tensor angle = positions.to(float32).unsqueeze(-1).mul(frequency).unsqueeze(1); // (B, 1, T, rotary size / 2)
        Tensor both = cat([angle, angle], dim: -1);
        return new RotaryEmbedding(Scaled(both.cos()), Scaled(both.sin()));

        Tensor Scaled(Tensor values) =>
            (frequencies.Scale == 1 ? values : values.Mul(frequencies.Scale)).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>Turns heads.</summary>
    /// <param name="heads">(B, heads, T, head size).</param>
    public Tensor Turn(Tensor heads)
    {
        using var scope = NewDisposeScope();
        (long size, long turning) = (heads.shape[^1], Cosine.shape[^1]);
        Tensor part = turning == size ? heads : heads.narrow(-1, 0, turning);
        Tensor[] halves = part.chunk(2, dim: -1);
        Tensor rotated = cat([halves[1].neg(), halves[0]], dim: -1);
        Tensor turned = part.mul(Cosine).Add(rotated.mul(Sine));
        return (
            turning == size ? turned : cat([turned, heads.narrow(-1, turning, size - turning)], dim: -1)
        ).MoveToOuterDisposeScope();
    }
}
