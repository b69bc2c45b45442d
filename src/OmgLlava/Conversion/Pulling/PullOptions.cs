using OmgLlava.Language.Cpu;

namespace OmgLlava.Conversion.Pulling;

/// <summary>What to pull, and what to make of it.</summary>
public sealed record PullOptions
{
    /// <summary>Which fine-tuning: <see cref="ModelManifest.GeneralTask"/> or one of the manifest's tasks.</summary>
    public string Task { get; init; } = ModelManifest.GeneralTask;

    /// <summary>Packs the language model's layers so for the C# engine, head and embedding into 8 bits; null keeps all in
    /// bfloat16.</summary>
    public WeightFormat? Quantize
    {
        get => Quantization?.Layers;
        init => Quantization = value is { } format ? QuantizationConfig.Of(format) : null;
    }

    /// <summary>The model directory to write; null for one in the current folder that is named after the model, task and
    /// format.</summary>
    public string? Output { get; init; }

    /// <summary>A folder that has the published files, to take them from instead of a hub; null for the hub.</summary>
    public string? From { get; init; }

    /// <summary>Told, in a sentence each, what the user should know: that something is tried again, for instance.</summary>
    public Action<string>? Notes { get; init; }

    /// <summary><see cref="Quantize"/> in full.</summary>
    internal QuantizationConfig? Quantization { get; init; }

    /// <summary>Hub and cache; null for what the environment says.</summary>
    internal HubSettings? Hub { get; init; }
}
