using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>A task.</summary>
/// <param name="Data">Its fields.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record LabelStudioTask(IReadOnlyDictionary<string, JsonElement> Data);
