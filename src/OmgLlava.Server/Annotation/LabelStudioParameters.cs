using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>What the user does at the moment.</summary>
/// <param name="Context">The smart regions that were just drawn; null for none.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record LabelStudioParameters(LabelStudioContext? Context = null);
