using System.Text.Json.Serialization;
using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>What a piece of an answer adds.</summary>
/// <param name="Role">With the first piece.</param>
/// <param name="Content">Text.</param>
/// <param name="Grounding">Entries whose masks have just been made.</param>
public sealed record ChunkDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<GroundingJson>? Grounding = null
);
