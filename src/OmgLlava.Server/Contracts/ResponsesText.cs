using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>What the text of a response must be.</summary>
/// <param name="Format">Free text, or JSON of a schema.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ResponsesText(ResponseFormat? Format = null);
