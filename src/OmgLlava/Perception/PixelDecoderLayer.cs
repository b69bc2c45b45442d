using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>Deformable self-attention and a ReLU feed-forward network, each with its residual and a norm after it.</summary>
internal sealed class PixelDecoderLayer : nn.Module
{
    private readonly DeformableAttention _attention;
    private readonly Mlp _feedForward;
    private readonly LayerNorm[] _norms;

    public PixelDecoderLayer(PerceptionConfig config, Placement placement) : base(nameof(PixelDecoderLayer))
    {
        int channels = config.Channels;
        _attention = this.Add("attention", new DeformableAttention(channels, config.Heads, PixelDecoder.Levels, config.SamplingPoints, placement));
        _feedForward = this.Add("feed_forward", new Mlp([channels, config.PixelDecoderFeedForward, channels], placement, x => nn.functional.relu(x)));
        _norms = this.AddList("norms", Enumerable.Range(0, 2).Select(_ => new LayerNorm(channels, placement)));
    }

    /// <param name="tokens">(B, T, C).</param>
    /// <param name="position">(1, T, C), added to the queries only.</param>
    /// <param name="reference">(1, T, 1, 2).</param>
    /// <param name="sizes">Height and width of each level.</param>
    public Tensor Forward(Tensor tokens, Tensor position, Tensor reference, IReadOnlyList<(long Height, long Width)> sizes)
    {
        using var scope = NewDisposeScope();
        Tensor x = _norms[0].forward(_attention.Forward(tokens.add(position), tokens, reference, sizes).add(tokens));
        return _norms[1].forward(_feedForward.forward(x).add(x)).MoveToOuterDisposeScope();
    }
}
