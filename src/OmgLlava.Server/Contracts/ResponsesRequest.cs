using System.Text.Json;
using System.Text.Json.Serialization;
using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>A request of OpenAI's Responses API, with <c>mask_format</c> and the messages' <c>prompts</c> added.</summary>
public sealed record ResponsesRequest
{
    /// <summary>The user's words, or a list of messages.</summary>
    [JsonConverter(typeof(ResponsesInputConverter))]
    public IReadOnlyList<ChatMessage>? Input { get; init; }

    /// <summary>Any name; there is one model.</summary>
    public string? Model { get; init; }

    /// <summary>What stands before the conversation.</summary>
    public string? Instructions { get; init; }

    /// <summary>The response that this one goes on from.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>Whether the response is kept, so that others can go on from it; true where nothing is said.</summary>
    public bool? Store { get; init; }

    /// <summary>Whether the answer comes as events while it is made.</summary>
    public bool? Stream { get; init; }

    /// <summary>Whether a stream whose server is lost goes on with the same answer from another; for several servers.</summary>
    public bool? Retry { get; init; }

    /// <summary>Most tokens of the answer.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>0 takes the best token each time.</summary>
    public double? Temperature { get; init; }

    /// <summary>Draws among the fewest tokens that together have this probability.</summary>
    public double? TopP { get; init; }

    /// <summary>How many of the likeliest tokens are told at each place.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>What the answer must be.</summary>
    public ResponsesText? Text { get; init; }

    /// <summary>Kept with the response, and given back.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>How masks are written.</summary>
    public MaskFormat MaskFormat { get; init; }

    /// <summary>Fields of OpenAI's that are not ours: harmless ones are passed over, others refused.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
