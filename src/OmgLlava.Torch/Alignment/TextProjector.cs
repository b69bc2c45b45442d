using OmgLlava.Alignment;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>
/// Turns the language model's hidden state at a [SEG] into a query of the mask decoder (published
/// <c>projector_text2vision</c>).
/// </summary>
internal sealed class TextProjector : nn.Module
{
    private readonly Mlp _mlp;
    private readonly ScalarType _dtype;

    /// <summary>Builds the projector with uninitialised weights.</summary>
    /// <exception cref="OmgLlavaException">The configuration does not fit together.</exception>
    public TextProjector(AlignmentConfig config, Placement placement)
        : base(nameof(TextProjector))
    {
        config.Validate();
        Config = config;
        _dtype = placement.DType;
        _mlp = this.Add("mlp", Projection.Create(config.LanguageWidth, config.QueryWidth, config.ProjectorDepth, placement));
    }

    /// <summary>The shape of the projector.</summary>
    public AlignmentConfig Config { get; }

    /// <summary>Projects hidden states to queries.</summary>
    /// <param name="hidden">(..., D).</param>
    /// <returns>(..., 2C): content, then position.</returns>
    public Tensor Project(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _mlp.forward(hidden.to(_dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>Projects hidden states to the two halves of a query.</summary>
    /// <param name="hidden">(N, D).</param>
    /// <returns>Content and position, each (N, C).</returns>
    public (Tensor Content, Tensor Position) ProjectQueries(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        Tensor[] halves = Project(hidden).chunk(2, dim: -1);
        return (halves[0].MoveToOuterDisposeScope(), halves[1].MoveToOuterDisposeScope());
    }
}
