using OmgLlava.Alignment;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>
/// Tells the language model where a visual token stands: waves of its box, brought to the model's width by a linear layer and
/// made as large as the token, are added to it. Not in the paper: there a token's place shows in the order of the pixel tokens
/// only, and an object token has none.
/// </summary>
internal sealed class PlaceEmbedding : nn.Module
{
    /// <summary>How high the waves are. The weights begin at zero and AdamW moves each by as much, so this is how fast places are
    /// learnt.</summary>
    private const double Height = 8;

    private readonly Linear _linear;
    private readonly ScalarType _dtype;

    public PlaceEmbedding(AlignmentConfig config, Placement placement)
        : base(nameof(PlaceEmbedding)) =>
        (_linear, _dtype) = (
            this.Add("linear", new Linear(4 * PlaceWaves.PerCoordinate, config.LanguageWidth, placement)),
            placement.DType
        );

    /// <summary>Tokens with their places.</summary>
    /// <param name="tokens">(..., D). They differ in size by far, pixel tokens and object tokens too; a place of one size would
    /// be lost in the large ones.</param>
    /// <param name="boxes">(..., 4).</param>
    public Tensor AddTo(Tensor tokens, Tensor boxes)
    {
        using var scope = NewDisposeScope();
        Tensor place = _linear.forward(PlaceWaves.Of(boxes).Mul(Height).to(_dtype)); // (..., D)
        Tensor size = tokens.mul(tokens).mean([-1], keepdim: true).sqrt().detach();
        return tokens.Add(place.mul(size)).MoveToOuterDisposeScope();
    }
}
