using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// Mask2Former's decoder layer: masked cross-attention, self-attention, ReLU feed-forward, each with its residual and a norm
/// after it.
/// </summary>
internal sealed class MaskDecoderLayer : nn.Module
{
    private readonly MultiHeadAttention _crossAttention;
    private readonly MultiHeadAttention _selfAttention;
    private readonly Mlp _feedForward;
    private readonly LayerNorm[] _norms;

    public MaskDecoderLayer(PerceptionConfig config, Placement placement)
        : base(nameof(MaskDecoderLayer))
    {
        int channels = config.Channels;
        _crossAttention = this.Add("cross_attention", new MultiHeadAttention(channels, config.Heads, placement));
        _selfAttention = this.Add("self_attention", new MultiHeadAttention(channels, config.Heads, placement));
        _feedForward = this.Add(
            "feed_forward",
            new Mlp([channels, config.DecoderFeedForward, channels], placement, x => nn.functional.relu(x))
        );
        _norms = this.AddList("norms", Enumerable.Range(0, 3).Select(_ => new LayerNorm(channels, placement)));
    }

    /// <param name="queries">(B, Q, C).</param>
    /// <param name="position">(B, Q, C), added wherever queries ask or are asked.</param>
    /// <param name="memory">(B, h * w, C).</param>
    /// <param name="memoryPosition">(1, h * w, C).</param>
    /// <param name="visible">Bool (B, 1, Q, h * w): the cells that a query may look at.</param>
    /// <param name="mutual">Bool (1, 1, Q, Q): the queries that a query may look at; null for all.</param>
    public Tensor Forward(Tensor queries, Tensor position, Tensor memory, Tensor memoryPosition, Tensor visible, Tensor? mutual)
    {
        using var scope = NewDisposeScope();
        Tensor x = _crossAttention.Forward(queries.Add(position), memory.Add(memoryPosition), memory, visible);
        x = _norms[0].forward(x.Add(queries));
        Tensor asking = x.Add(position);
        x = _norms[1].forward(_selfAttention.Forward(asking, asking, x, mutual).Add(x));
        return _norms[2].forward(_feedForward.forward(x).Add(x)).MoveToOuterDisposeScope();
    }
}
