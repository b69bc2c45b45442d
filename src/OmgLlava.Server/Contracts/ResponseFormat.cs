using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>What an answer must be.</summary>
/// <param name="Type"><c>text</c>, <c>json_object</c> or <c>json_schema</c>.</param>
/// <param name="JsonSchema">The schema with its name, as Chat Completions have it.</param>
/// <param name="Schema">The schema itself, as the Responses API has it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ResponseFormat(string Type, NamedSchema? JsonSchema = null, JsonElement? Schema = null);
