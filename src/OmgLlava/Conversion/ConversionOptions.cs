using OmgLlava.Formats;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Conversion;

/// <summary>How published files become a model directory.</summary>
internal sealed record ConversionOptions
{
    /// <summary>Name of the model.</summary>
    public string Name { get; init; } = "omg-llava-7b";

    /// <summary>Element type of the language model; everything else is kept in float32.</summary>
    public ElementType LanguageType { get; init; } = ElementType.BFloat16;

    /// <summary>Keeps the adapters apart, to be attached when the model is loaded, instead of merging them into the
    /// weights.</summary>
    public bool KeepAdapters { get; init; }

    /// <summary>Packs the language model for the C# engine; null to keep it plain.</summary>
    public QuantizationConfig? Quantization { get; init; }

    /// <summary>
    /// Which fine-tuning a folder that holds several gives: <c>general</c>, or the task that names the file (<c>refseg</c>,
    /// <c>gcg</c>); null where there is one only.
    /// </summary>
    public string? Task { get; init; }

    /// <summary>Beginnings of the published names of tensors to leave out. The model directory remembers what they left
    /// out.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}
