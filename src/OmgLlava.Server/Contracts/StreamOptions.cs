using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>What else a stream holds.</summary>
/// <param name="IncludeUsage">Whether the tokens are counted in a last chunk.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record StreamOptions(bool? IncludeUsage = null);
