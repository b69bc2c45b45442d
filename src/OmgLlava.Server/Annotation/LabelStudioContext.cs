using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>The smart regions that were just drawn.</summary>
/// <param name="Result">The regions.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record LabelStudioContext(IReadOnlyList<LabelStudioRegion>? Result = null);
