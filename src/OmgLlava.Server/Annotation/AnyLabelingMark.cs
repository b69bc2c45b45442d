using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>What was pointed at.</summary>
/// <param name="Type"><c>point</c> or <c>rectangle</c>.</param>
/// <param name="Data">x and y, or left, top, right and bottom, in pixels.</param>
/// <param name="Label">1 for inside, 0 for outside.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AnyLabelingMark(string Type, IReadOnlyList<float> Data, int Label = 1);
