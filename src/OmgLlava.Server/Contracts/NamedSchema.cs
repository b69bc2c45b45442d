using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>A JSON schema with a name.</summary>
/// <param name="Schema">The schema; null for any object.</param>
/// <param name="Name">Its name; not read.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record NamedSchema(JsonElement? Schema = null, string? Name = null);
