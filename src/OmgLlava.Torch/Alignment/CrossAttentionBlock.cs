using OmgLlava.Alignment;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>Tokens look at the pixel tokens of their image, then pass a feed-forward network; each step is normalised after its
/// residual.</summary>
internal sealed class CrossAttentionBlock : nn.Module
{
    private readonly MultiHeadAttention _attention;
    private readonly LayerNorm _attentionNorm;
    private readonly Mlp _feedForward;
    private readonly LayerNorm _feedForwardNorm;

    public CrossAttentionBlock(AlignmentConfig config, Placement placement)
        : base(nameof(CrossAttentionBlock))
    {
        int width = config.LanguageWidth;
        _attention = this.Add("attention", new MultiHeadAttention(width, config.CrossAttentionHeads, placement));
        _attentionNorm = this.Add("attention_norm", new LayerNorm(width, placement));
        _feedForward = this.Add(
            "feed_forward",
            new Mlp([width, config.CrossAttentionFeedForward, width], placement, x => nn.functional.relu(x))
        );
        _feedForwardNorm = this.Add("feed_forward_norm", new LayerNorm(width, placement));
    }

    /// <param name="tokens">(N, Q, D).</param>
    /// <param name="pixels">(N, h * w, D).</param>
    /// <returns>(N, Q, D).</returns>
    public Tensor Forward(Tensor tokens, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        Tensor seen = _attentionNorm.forward(tokens.Add(_attention.Forward(tokens, pixels, pixels, allowed: null)));
        return _feedForwardNorm.forward(seen.Add(_feedForward.forward(seen))).MoveToOuterDisposeScope();
    }
}
