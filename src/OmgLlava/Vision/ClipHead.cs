using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>From an image encoder's last features into the space of CLIP: layer norm, linear, GELU, linear.</summary>
internal sealed class ClipHead
{
    private const float Epsilon = 1e-6f;

    private readonly Norm _norm;
    private readonly PackedMatrix _expand;
    private readonly PackedMatrix _project;

    public ClipHead(WeightReader weights, PerceptionConfig config)
    {
        int channels = config.EncoderWidths[^1];
        _norm = weights.At("norm").Norm(channels, Epsilon);
        _expand = weights.At("expand").Linear(channels, config.ClipHiddenWidth);
        _project = weights.At("project").Linear(config.ClipHiddenWidth, config.ClassEmbeddingWidth, bias: false);
    }

    /// <summary>(Q, class embedding width) of (Q, C).</summary>
    public Tensor Forward(Kernels kernels, Tensor features)
    {
        using Tensor normed = features.Clone();
        kernels.LayerNorm(normed, _norm, normed);
        using Tensor wide = kernels.Multiply(normed, _expand, Activation.Gelu);
        return kernels.Multiply(wide, _project);
    }
}
