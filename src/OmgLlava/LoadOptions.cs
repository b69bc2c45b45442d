using OmgLlava.Formats;

namespace OmgLlava;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// Element type of the image encoder and of the pixel decoder's widest parts, which take nearly all of perception's time; the
    /// rest is float32. Null for bfloat16 where the encoder is large and the device multiplies bfloat16 itself, and float32
    /// elsewhere.
    /// </summary>
    public ElementType? VisionType { get; init; }

    /// <summary>Element type of the language model; null for the one that its weights are stored in.</summary>
    public ElementType? LanguageType { get; init; }

    /// <summary>What runs the language model.</summary>
    public LanguageEngine Engine { get; init; }

    /// <summary>Threads of the C# engine; 0 for one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>Told, once each, what the user should know of this machine: that instructions are missing, for
    /// instance.</summary>
    public Action<string>? Notes { get; init; }

    /// <summary>Loads even when the model seems not to fit into memory.</summary>
    public bool IgnoreMemory { get; init; }

    /// <summary>Told the share read so far, 0..1.</summary>
    public IProgress<double>? Progress { get; init; }
}
