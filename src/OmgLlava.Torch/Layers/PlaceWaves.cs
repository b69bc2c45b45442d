using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Sines and cosines that tell a place in a picture, coarsely and finely.</summary>
internal static class PlaceWaves
{
    /// <summary>Wavelengths are the picture's side times 2, 1, ½, ... .</summary>
    private const int Octaves = 5;

    /// <summary>How many numbers tell one coordinate.</summary>
    public const int PerCoordinate = 2 * Octaves;

    /// <param name="coordinates">(..., N) in 0..1.</param>
    /// <returns>Float32 (..., N * <see cref="PerCoordinate"/>), in -1..1.</returns>
    public static Tensor Of(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        Tensor octave = tensor([.. Enumerable.Range(0, Octaves).Select(i => MathF.PI * (1 << i))], device: coordinates.device);
        Tensor phase = coordinates.to(float32).unsqueeze(-1).mul(octave).flatten(-2); // (..., N * octaves)
        return cat([phase.sin(), phase.cos()], dim: -1).MoveToOuterDisposeScope();
    }
}
