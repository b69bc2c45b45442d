using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>Deformable self-attention and a ReLU feed-forward network, each with its residual and a norm after it.</summary>
internal sealed class PixelDecoderLayer : nn.Module
{
    private readonly DeformableAttention _attention;
    private readonly Mlp _feedForward;
    private readonly LayerNorm[] _norms;
    private readonly ScalarType _wideType;

    /// <param name="config">Widths.</param>
    /// <param name="placement">Type and device of the weights.</param>
    /// <param name="wideType">Type of the feed-forward network, which takes half of the time.</param>
    public PixelDecoderLayer(PerceptionConfig config, Placement placement, ScalarType wideType)
        : base(nameof(PixelDecoderLayer))
    {
        _wideType = wideType;
        int channels = config.Channels;
        _attention = this.Add(
            "attention",
            new DeformableAttention(channels, config.Heads, PixelDecoder.Levels, config.SamplingPoints, placement)
        );
        _feedForward = this.Add(
            "feed_forward",
            new Mlp([channels, config.PixelDecoderFeedForward, channels], placement with { DType = wideType }, x => x.relu_())
        );
        _norms = this.AddList("norms", Enumerable.Range(0, 2).Select(_ => new LayerNorm(channels, placement)));
    }

    /// <param name="tokens">(B, T, C).</param>
    /// <param name="position">(1, T, C), added to the queries only.</param>
    /// <param name="reference">(1, T, 1, 2).</param>
    /// <param name="sizes">Height and width of each level.</param>
    public Tensor Forward(Tensor tokens, Tensor position, Tensor reference, IReadOnlyList<(long Height, long Width)> sizes)
    {
        using var scope = NewDisposeScope();
        Tensor x = _norms[0].forward(_attention.Forward(tokens.Add(position), tokens, reference, sizes).Add(tokens));
        return _norms[1].forward(_feedForward.forward(x.to(_wideType)).to(x.dtype).Add(x)).MoveToOuterDisposeScope();
    }
}
