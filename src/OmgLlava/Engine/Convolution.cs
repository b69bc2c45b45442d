namespace OmgLlava.Engine;

/// <summary>A dense convolution as a product with the pixels under its window.</summary>
/// <param name="Weights">(out, kernel * kernel * in): the channels of a pixel together, pixels row by row.</param>
/// <param name="Kernel">Side of the window.</param>
/// <param name="Stride">Step of the window.</param>
/// <param name="Padding">Zeros around the map.</param>
internal sealed record Convolution(PackedMatrix Weights, int Kernel, int Stride = 1, int Padding = 0)
{
    /// <summary>Height or width of the result.</summary>
    public int Output(int side) => ((side + (2 * Padding) - Kernel) / Stride) + 1;
}
