using System.Text.Json.Serialization;

namespace OmgLlava.Language;

/// <summary>A low-rank adapter on every linear layer of the language model, its head included (the published
/// fine-tuning).</summary>
internal sealed record LoraConfig
{
    /// <summary>Rank r.</summary>
    [JsonPropertyName("r")]
    public int Rank { get; init; } = 512;

    /// <summary>Alpha; the adapter is scaled by alpha / r.</summary>
    [JsonPropertyName("lora_alpha")]
    public double Alpha { get; init; } = 256;

    /// <summary>Dropout before A while training, in 0..1.</summary>
    [JsonPropertyName("lora_dropout")]
    public double Dropout { get; init; } = 0.05;
}
