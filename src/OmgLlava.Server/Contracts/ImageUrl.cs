using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>The address of a picture; the address alone is taken too.</summary>
/// <param name="Url">A data URI, <c>omg-image:ID</c>, or an address of a host that is allowed by name.</param>
/// <param name="Detail">OpenAI's; not read.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ImageUrl(string Url, string? Detail = null);
