using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>What to look for in a picture, as X-AnyLabeling says it.</summary>
/// <param name="TextPrompt">What to segment, commas between several; nothing for all that the model knows.</param>
/// <param name="Marks">What was pointed at; it goes before the text.</param>
/// <param name="ConfThreshold">The least score, in 0..1; 0 or nothing for the model's own.</param>
/// <param name="EpsilonFactor">How coarse outlines may be, as a share of their length.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AnyLabelingParameters(
    string? TextPrompt = null,
    IReadOnlyList<AnyLabelingMark>? Marks = null,
    float? ConfThreshold = null,
    double? EpsilonFactor = null
);
