using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Element type of perception and projectors.</summary>
    public ScalarType VisionType { get; init; } = ScalarType.Float32;

    /// <summary>Element type of the language model; null for the one that its weights are stored in.</summary>
    public ScalarType? LanguageType { get; init; }

    /// <summary>Loads even when the model seems not to fit into memory.</summary>
    public bool IgnoreMemory { get; init; }

    /// <summary>Told the share read so far, 0..1.</summary>
    public IProgress<double>? Progress { get; init; }
}
