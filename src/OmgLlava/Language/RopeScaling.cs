using System.Text.Json.Serialization;

namespace OmgLlava.Language;

/// <summary>How the rotary embedding is stretched so that texts can be longer than those of the first training.</summary>
internal sealed record RopeScaling
{
    internal const string Linear = "linear";
    internal const string Dynamic = "dynamic";
    internal const string Llama3 = "llama3";
    internal const string LongRope = "longrope";

    /// <summary>
    /// <c>linear</c> (all positions), <c>dynamic</c> (NTK, beyond the trained ones), <c>llama3</c> (slow turns only) or
    /// <c>longrope</c> (each pair by a factor of its own).
    /// </summary>
    [JsonPropertyName("type")]
    public string Type { get; init; } = Dynamic;

    /// <summary>Scaling factor, at least 1.</summary>
    [JsonPropertyName("factor")]
    public double Factor { get; init; } = 2;

    /// <summary>Positions of the first training; <c>llama3</c> and <c>longrope</c>.</summary>
    [JsonPropertyName("original_max_position_embeddings")]
    public int? OriginalMaxPositions { get; init; }

    /// <summary>Turns within those positions up to which a pair is stretched in full; <c>llama3</c>.</summary>
    [JsonPropertyName("low_freq_factor")]
    public double? LowFrequencyFactor { get; init; }

    /// <summary>Turns from which a pair is not stretched; <c>llama3</c>.</summary>
    [JsonPropertyName("high_freq_factor")]
    public double? HighFrequencyFactor { get; init; }

    /// <summary>A factor for each pair of numbers within those positions; <c>longrope</c>.</summary>
    [JsonPropertyName("short_factor")]
    public IReadOnlyList<double>? ShortFactors { get; init; }

    /// <summary>A factor for each pair of numbers beyond those positions; <c>longrope</c>.</summary>
    [JsonPropertyName("long_factor")]
    public IReadOnlyList<double>? LongFactors { get; init; }

    /// <summary>What queries and keys are multiplied with; null to compute it of <see cref="Factor"/>; <c>longrope</c>.</summary>
    [JsonPropertyName("attention_factor")]
    public double? AttentionFactor { get; init; }

    /// <summary>Checks that what the type needs is there.</summary>
    /// <param name="pairs">Pairs of numbers that turn.</param>
    /// <exception cref="OmgLlavaException">Something is missing or outside its range.</exception>
    internal void Validate(int pairs)
    {
        string? wrong = Type switch
        {
            _ when !(Factor >= 1) => $"its factor must be at least 1, not {Factor}",
            Linear or Dynamic => null,
            Llama3 => OriginalMaxPositions > 0 && LowFrequencyFactor > 0 && HighFrequencyFactor > LowFrequencyFactor
                ? null
                : "it needs original_max_position_embeddings, and low_freq_factor below high_freq_factor",
            LongRope => (OriginalMaxPositions is null or > 1) && AreFactors(ShortFactors, pairs) && AreFactors(LongFactors, pairs)
                ? null
                : $"it needs short_factor and long_factor with {pairs} positive numbers each",
            _ => "known types are linear, dynamic, llama3 and longrope",
        };
        if (wrong is not null)
        {
            throw new OmgLlavaException($"The language model's rope_scaling of type '{Type}' does not fit: {wrong}.");
        }
    }

    private static bool AreFactors(IReadOnlyList<double>? factors, int pairs) =>
        factors?.Count == pairs && factors.All(factor => factor > 0);
}
