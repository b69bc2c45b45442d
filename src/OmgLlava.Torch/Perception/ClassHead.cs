using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The open-vocabulary classifier: a query and the mask features pooled under its mask make an embedding, whose cosine with the
/// nearest prototype of a class is the class's logit.
/// </summary>
internal sealed class ClassHead : nn.Module
{
    /// <summary>The logit scale of CLIP, exp(4.6052), close to 100.</summary>
    private static readonly double LogitScale = Math.Exp(4.6052);

    private readonly int _channels;
    private readonly LayerNorm _poolingNorm;
    private readonly Linear _poolingProjection;
    private readonly Mlp _projection;
    private readonly Mlp _iou;
    private readonly Func<Tensor, Tensor>? _projectToClip;

    /// <summary>Builds the head with uninitialised weights.</summary>
    /// <param name="config">The shape of perception.</param>
    /// <param name="placement">Type and device of the weights.</param>
    /// <param name="projectToClip">Reads the image encoder's last features, (B, Q, C) to (B, Q, class embedding width); null as
    /// published.</param>
    public ClassHead(PerceptionConfig config, Placement placement, Func<Tensor, Tensor>? projectToClip)
        : base(nameof(ClassHead))
    {
        _projectToClip = projectToClip;
        int channels = _channels = config.Channels;
        _poolingNorm = this.Add("pooling_norm", new LayerNorm(channels, placement));
        _poolingProjection = this.Add("pooling_projection", new Linear(channels, channels, placement));
        _projection = this.Add(
            "projection",
            new Mlp([channels, channels, channels, config.ClassEmbeddingWidth], placement, x => nn.functional.relu(x))
        );
        _iou = this.Add("iou", new Mlp([channels, channels, channels, 1], placement, x => nn.functional.relu(x)));
    }

    /// <summary>Embeds queries in the space of the class embeddings.</summary>
    /// <param name="stage">Queries and their masks; finer ones than the features are read where the features' cells are.</param>
    /// <param name="maskFeatures">(B, C, H/4, W/4); a class is the same in any place, so that what tells places, behind these, is
    /// left out.</param>
    /// <param name="encoded">(B, C, h, w): the image encoder's last features, for a head that reads them.</param>
    /// <returns>(B, Q, class embedding width), unit length.</returns>
    public Tensor Embed(DecoderStage stage, Tensor maskFeatures, Tensor? encoded = null)
    {
        using var scope = NewDisposeScope();
        // (B, Q, H/4 * W/4)
        Tensor inside = Coarsen(stage.MaskLogits, maskFeatures.shape[2..]).Gt(0).to(maskFeatures.dtype).flatten(2);
        Tensor area = inside.sum(-1, keepdim: true).Add(1e-8);
        Tensor pooled = inside.matmul(maskFeatures.narrow(1, 0, _channels).flatten(2).transpose(1, 2)).div(area); // (B, Q, C)
        Tensor embedding = _projection.forward(_poolingProjection.forward(_poolingNorm.forward(pooled)).Add(stage.Normalized));
        if (_projectToClip is not null)
        {
            embedding = embedding.Add(_projectToClip(PoolShares(stage.MaskLogits, encoded!)));
        }

        return nn.functional.normalize(embedding, dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>Class logits of embedded queries; the last one is that of the void class and always 0.</summary>
    /// <param name="embeddings">(B, Q, E), unit length.</param>
    /// <param name="classes">(K, P, E): unit-length prototypes of each class.</param>
    /// <returns>(B, Q, K + 1).</returns>
    public static Tensor Classify(Tensor embeddings, Tensor classes)
    {
        using var scope = NewDisposeScope();
        Tensor cosine = embeddings
            .matmul(classes.flatten(0, 1).t()) // (B, Q, K * P)
            .unflatten(2, classes.shape[0], classes.shape[1])
            .amax([-1]);
        Tensor logits = cosine.Mul(LogitScale);
        Tensor nothing = zeros_like(logits.narrow(-1, 0, 1));
        return cat([logits, nothing], dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>(B, Q, C): the mean of coarse features, each cell by the share of it that is inside a mask; no gradient goes to
    /// masks.</summary>
    private static Tensor PoolShares(Tensor masks, Tensor features)
    {
        Tensor shares;
        using (no_grad())
        {
            Tensor inside = nn.functional.adaptive_avg_pool2d(masks.Gt(0).to(features.dtype), features.shape[2..]).flatten(2);
            shares = inside.div(inside.sum(-1, keepdim: true).Add(1e-8)); // (B, Q, h * w)
        }

        return shares.matmul(features.flatten(2).transpose(1, 2));
    }

    /// <summary>Masks as coarse as the features; no gradient goes this way.</summary>
    private static Tensor Coarsen(Tensor masks, long[] size)
    {
        using var noGradient = no_grad();
        return masks.shape[2] == size[0] ? masks : nn.functional.adaptive_avg_pool2d(masks, size);
    }

    /// <summary>The logit of the IoU that each query expects of its mask.</summary>
    /// <returns>(B, Q, 1).</returns>
    public Tensor PredictIou(DecoderStage stage) => _iou.forward(stage.Normalized);
}
