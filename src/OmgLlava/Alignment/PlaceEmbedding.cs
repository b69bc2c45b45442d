using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Alignment;

/// <summary>
/// Tells the language model where a visual token stands: waves of its box, and a linear layer to the model's width, which are added to the
/// token. Not in the paper: there a token's place shows in the order of the pixel tokens only, and an object token has none.
/// </summary>
internal sealed class PlaceEmbedding : nn.Module
{
    /// <summary>Wavelengths are the picture's side times 2, 1, ½, ... .</summary>
    private const int Octaves = 5;

    private readonly Linear _linear;
    private readonly ScalarType _dtype;

    public PlaceEmbedding(AlignmentConfig config, Placement placement) : base(nameof(PlaceEmbedding)) =>
        (_linear, _dtype) = (this.Add("linear", new Linear(4 * 2 * Octaves, config.LanguageWidth, placement)), placement.DType);

    /// <summary>(..., 4) boxes to (..., D).</summary>
    public Tensor Forward(Tensor boxes)
    {
        using var scope = NewDisposeScope();
        Tensor octave = tensor([.. Enumerable.Range(0, Octaves).Select(i => MathF.PI * (1 << i))], device: boxes.device);
        Tensor phase = boxes.to(float32).unsqueeze(-1).mul(octave).flatten(-2); // (..., 4 * octaves)
        return _linear.forward(cat([phase.sin(), phase.cos()], dim: -1).to(_dtype)).MoveToOuterDisposeScope();
    }
}
