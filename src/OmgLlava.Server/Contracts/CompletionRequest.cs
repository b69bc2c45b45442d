using System.Text.Json;
using System.Text.Json.Serialization;
using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>A request as OpenAI's clients send it, with <c>mask_format</c> and the messages' <c>prompts</c> added.</summary>
public sealed record CompletionRequest
{
    /// <summary>The conversation, the last message the user's.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Any name; there is one model.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the answer comes in chunks while it is made.</summary>
    public bool? Stream { get; init; }

    /// <summary>Whether a stream whose server is lost goes on with the same answer from another; for several servers.</summary>
    public bool? Retry { get; init; }

    /// <summary>What else a stream holds.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Most tokens of the answer.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The newer name of <see cref="MaxTokens"/>.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>0 takes the best token each time, which is also the default.</summary>
    public double? Temperature { get; init; }

    /// <summary>Draws among the fewest tokens that together have this probability.</summary>
    public double? TopP { get; init; }

    /// <summary>The same seed gives the same draws.</summary>
    public long? Seed { get; init; }

    /// <summary>Texts that end the answer: one, or a list.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Draws among the best so many tokens; 0 for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Draws among the tokens that have at least this share of the best one's probability.</summary>
    public double? MinP { get; init; }

    /// <summary>Scores of tokens that the answer holds are divided by this.</summary>
    public double? RepeatPenalty { get; init; }

    /// <summary>Another name of <see cref="RepeatPenalty"/>.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Whether the answer says how likely its tokens were.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>How many of the likeliest tokens are told at each place.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>How many answers.</summary>
    public int? N { get; init; }

    /// <summary>What the answer must be.</summary>
    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>How masks are written.</summary>
    public MaskFormat MaskFormat { get; init; }

    /// <summary>Fields of OpenAI's that are not ours: harmless ones are passed over, others refused.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
