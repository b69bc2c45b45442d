using OmgLlava.Alignment;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>
/// Brings object queries into the language model's space: <c>query_projection</c> widens them to the image features,
/// <c>mlp</c> goes on to the language width, <c>class_words</c>, where it is told classes or colours, adds their words,
/// <c>cross_attention</c>, where there is one, looks at the image's pixel tokens.
/// </summary>
internal sealed class QueryProjector : nn.Module
{
    private readonly Linear _queryProjection;
    private readonly int _wordScores;
    private readonly Mlp _mlp;
    private readonly CrossAttentionBlock? _crossAttention;
    private readonly Linear? _classWords;

    public QueryProjector(AlignmentConfig config, Placement placement)
        : base(nameof(QueryProjector))
    {
        _wordScores = config.WordScores;
        _queryProjection = this.Add("query_projection", new Linear(config.SeenQueryWidth, config.FeatureWidth, placement));
        _mlp = this.Add("mlp", Projection.Create(config.FeatureWidth, config.LanguageWidth, config.ProjectorDepth, placement));
        _classWords = config.WordScores > 0
            ? this.Add("class_words", new Linear(config.WordScores, config.LanguageWidth, placement, bias: false))
            : null;
        _crossAttention = config.CrossAttention ? this.Add("cross_attention", new CrossAttentionBlock(config, placement)) : null;
    }

    /// <summary>(..., 2C) to (..., width of the image features).</summary>
    public Tensor Widen(Tensor queries) => _queryProjection.forward(queries);

    /// <summary>(..., 2C) to (..., D), without the cross-attention.</summary>
    public Tensor Project(Tensor queries)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = _mlp.forward(Widen(queries));
        if (_classWords is not null)
        {
            Tensor scores = queries.narrow(-1, queries.shape[^1] - _wordScores, _wordScores);
            tokens = tokens.Add(_classWords.forward(scores));
        }

        return tokens.MoveToOuterDisposeScope();
    }

    /// <param name="queries">(N, Q, 2C).</param>
    /// <param name="pixels">(N, h * w, D): what the queries may look at.</param>
    /// <returns>(N, Q, D).</returns>
    public Tensor Forward(Tensor queries, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        Tensor projected = Project(queries);
        return (_crossAttention?.Forward(projected, pixels) ?? projected).MoveToOuterDisposeScope();
    }
}
