using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>From an image encoder's last features into the space of CLIP: layer norm, linear, GELU, linear.</summary>
internal sealed class ClipHead : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm;
    private readonly Linear _expand;
    private readonly Linear _project;

    private ClipHead(PerceptionConfig config, Placement placement)
        : base(nameof(ClipHead))
    {
        int channels = config.EncoderWidths[^1];
        _norm = this.Add("norm", new LayerNorm(channels, placement, epsilon: 1e-6));
        _expand = this.Add("expand", new Linear(channels, config.ClipHiddenWidth, placement));
        _project = this.Add("project", new Linear(config.ClipHiddenWidth, config.ClassEmbeddingWidth, placement, bias: false));
    }

    /// <summary>Adds the head to an encoder; null where the configuration has none.</summary>
    public static ClipHead? AddTo(nn.Module encoder, PerceptionConfig config, Placement placement) =>
        config.ClipHiddenWidth > 0 ? encoder.Add("clip_head", new ClipHead(config, placement)) : null;

    /// <param name="input">(..., C).</param>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _project.forward(nn.functional.gelu(_expand.forward(_norm.forward(input)))).MoveToOuterDisposeScope();
    }

    /// <summary>Projects by a head that may not be there.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static Tensor Project(ClipHead? head, Tensor features) =>
        (head ?? throw new InvalidOperationException("This image encoder was configured without a CLIP head.")).forward(features);
}
