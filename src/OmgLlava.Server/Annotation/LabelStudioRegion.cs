using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>A region that was drawn.</summary>
/// <param name="Type"><c>keypointlabels</c> or <c>rectanglelabels</c>.</param>
/// <param name="Value">Its place in percent of the picture, and its labels.</param>
/// <param name="IsPositive">0 for a point outside of the thing.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record LabelStudioRegion(string Type, JsonElement Value, JsonElement? IsPositive = null);
