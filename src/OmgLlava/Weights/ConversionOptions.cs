using OmgLlava.Language.Cpu;
using static TorchSharp.torch;

namespace OmgLlava.Weights;

/// <summary>How published files become a model directory.</summary>
public sealed record ConversionOptions
{
    /// <summary>Name of the model.</summary>
    public string Name { get; init; } = "omg-llava-7b";

    /// <summary>Element type of the language model; everything else is kept in float32.</summary>
    public ScalarType LanguageType { get; init; } = ScalarType.BFloat16;

    /// <summary>Keeps the adapters apart, to be attached when the model is loaded, instead of merging them into the weights.</summary>
    public bool KeepAdapters { get; init; }

    /// <summary>Packs the language model for the C# engine; null to keep it plain.</summary>
    public QuantizationConfig? Quantization { get; init; }
}
