using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// Makes a decoder query of a point in the image. Boxes and regions enter by a point of theirs; their extent acts through an
/// <see cref="AttentionConstraint"/>, and with <see cref="PerceptionConfig.Places"/> in the query too.
/// </summary>
internal sealed class VisualPromptEncoder : nn.Module
{
    /// <summary>Half the side, in pixels of the model's input, of the box that stands for a point.</summary>
    private const double PointRadius = 3;

    private readonly Tensor _maskToken;
    private readonly Tensor _labelEmbedding;
    private readonly Linear _positionProjection;
    private readonly Linear? _places;
    private readonly int _channels;

    /// <summary>Builds the encoder with uninitialised weights.</summary>
    public VisualPromptEncoder(PerceptionConfig config, Placement placement)
        : base(nameof(VisualPromptEncoder))
    {
        _channels = config.Channels;
        _maskToken = this.AddParameter("mask_token", placement, 1, _channels);
        _labelEmbedding = this.AddParameter("label_embedding", placement, 2, _channels);
        _positionProjection = this.Add("position_projection", new Linear(2 * _channels, _channels, placement));
        _places = config.Places ? this.Add("places", new Linear(6 * PlaceWaves.PerCoordinate, _channels, placement)) : null;
    }

    /// <summary>Queries for points.</summary>
    /// <param name="points">(N, 2): x, y in pixels of the model's input.</param>
    /// <param name="size">Height and width of the model's input.</param>
    /// <param name="boxes">(N, 4): the box or the region's bounds, x0, y0, x1, y1 relative to the image; null for points, which
    /// may mean anything around them. Only <see cref="PerceptionConfig.Places"/> looks at them.</param>
    /// <returns>Content and position, each (N, C).</returns>
    public (Tensor Content, Tensor Position) Encode(Tensor points, (int Height, int Width) size, Tensor? boxes = null)
    {
        using var scope = NewDisposeScope();
        Tensor scale = tensor(new float[] { size.Width, size.Height }, device: points.device);
        Tensor first = points.to(float32).Sub(PointRadius).div(scale); // (N, 2)
        Tensor second = points.to(float32).Add(PointRadius).div(scale);
        Tensor box = cat([first.Add(second).Div(2), second.sub(first)], dim: -1); // (N, 4): cx, cy, w, h
        Tensor encoding = SinePositionEncoding.Boxes(InverseSigmoid(box).sigmoid(), _channels / 2); // (N, 2C)
        Tensor position = _positionProjection.forward(encoding.to(_maskToken.dtype));
        // Points, boxes and regions all carry label 0; the published code never uses label 1.
        Tensor content = _labelEmbedding[0].Add(_maskToken[0]).expand(points.shape[0], _channels);
        if (_places is not null)
        {
            Tensor everything = tensor(new float[] { 0, 0, 1, 1 }, device: points.device).expand(points.shape[0], 4);
            Tensor place = cat([points.to(float32).div(scale), (boxes ?? everything).to(float32)], dim: -1); // (N, 6)
            content = content.Add(_places.forward(PlaceWaves.Of(place).Mul(DecoderMemory.PlaceHeight).to(_maskToken.dtype)));
        }

        return (content.MoveToOuterDisposeScope(), position.MoveToOuterDisposeScope());
    }

    /// <summary>ln(x / (1 - x)) with both terms kept above 1e-5.</summary>
    internal static Tensor InverseSigmoid(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor clamped = x.Clamp(0, 1);
        return clamped.ClampMin(1e-5).div(clamped.neg().Add(1).ClampMin(1e-5)).log().MoveToOuterDisposeScope();
    }
}
