using System.Text.Json.Serialization;
using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>A message of a conversation. Fields that other programs put into it are passed over.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ChatMessage
{
    /// <summary><c>system</c>, <c>developer</c>, <c>user</c> or <c>assistant</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Text, or a list of parts.</summary>
    [JsonConverter(typeof(ContentConverter))]
    public IReadOnlyList<ContentPart>? Content { get; init; }

    /// <summary>What a user's message points at.</summary>
    public IReadOnlyList<PromptJson>? Prompts { get; init; }

    /// <summary>The grounding of an assistant's message, sent back as it came.</summary>
    public IReadOnlyList<HistoryGrounding>? Grounding { get; init; }
}
