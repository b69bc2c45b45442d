using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>What X-AnyLabeling sends to be labelled.</summary>
/// <param name="Image">The picture: a data URI, or base64 alone.</param>
/// <param name="Model">The model's name; there is one.</param>
/// <param name="Params">What to look for.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AnyLabelingRequest(string Image, string? Model = null, AnyLabelingParameters? Params = null);
