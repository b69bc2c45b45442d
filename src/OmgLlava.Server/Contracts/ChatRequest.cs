using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>A question about a picture that the server holds.</summary>
public sealed record ChatRequest
{
    /// <summary>The question, or the expression to segment.</summary>
    public string? Question { get; init; }

    /// <summary>What it is for.</summary>
    public ChatTask Task { get; init; }

    /// <summary>What it points at.</summary>
    public IReadOnlyList<PromptJson>? Prompts { get; init; }

    /// <summary>The turns before, oldest first.</summary>
    public IReadOnlyList<HistoryTurn>? History { get; init; }

    /// <summary>How masks are written.</summary>
    public MaskFormat MaskFormat { get; init; }

    /// <summary>Whether the answer comes as events while it is made.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a stream whose server is lost goes on with the same answer from another; for several servers.</summary>
    public bool Retry { get; init; }

    /// <summary>Most tokens of the answer.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 takes the best token each time.</summary>
    public double? Temperature { get; init; }

    /// <summary>Draws among the fewest tokens that together have this probability.</summary>
    public double? TopP { get; init; }

    /// <summary>Draws among the best so many tokens; 0 for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Draws among the tokens that have at least this share of the best one's probability.</summary>
    public double? MinP { get; init; }

    /// <summary>Scores of tokens that the answer holds are divided by this.</summary>
    public double? RepeatPenalty { get; init; }

    /// <summary>The same seed gives the same draws.</summary>
    public long? Seed { get; init; }

    /// <summary>Texts that end the answer.</summary>
    public IReadOnlyList<string>? Stop { get; init; }
}
