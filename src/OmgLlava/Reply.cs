namespace OmgLlava;

/// <summary>An answer.</summary>
/// <param name="Text">Clean text, without markers.</param>
/// <param name="Segments">The phrases that come with masks, in the order of the text.</param>
/// <param name="Tokens">The ids that the model generated, markers and stop token included.</param>
/// <param name="Complete">Whether the model ended the answer itself; false when it reached the most new tokens.</param>
/// <param name="Timings">How long it took.</param>
public sealed record Reply(
    string Text,
    IReadOnlyList<Segment> Segments,
    IReadOnlyList<int> Tokens,
    bool Complete,
    ReplyTimings Timings
)
{
    /// <summary>Whether the answer stopped because the model's context is full: the conversation cannot go on.</summary>
    public bool ContextFull { get; init; }

    /// <summary>The words that the model was asked in; null where they are the user's own.</summary>
    public string? Asked { get; init; }

    /// <summary>How likely each token was, where this was asked for.</summary>
    public IReadOnlyList<Language.TokenChoice> Choices { get; init; } = [];

    /// <summary>An earlier answer of which only the words are known, to go on from with
    /// <see cref="ImageChat.AddTurnAsync"/>.</summary>
    /// <param name="text">Clean text.</param>
    /// <param name="spans">Where in it the phrases with masks are; those outside the text are passed over.</param>
    public static Reply Of(string text, IEnumerable<(int Start, int End)> spans) =>
        new(
            text,
            [
                .. spans
                    .Where(span => span.Start >= 0 && span.Start <= span.End && span.End <= text.Length)
                    .Select(span => new Segment(text[span.Start..span.End], span.Start, span.End, null, 0)),
            ],
            [],
            true,
            new ReplyTimings(default, default, default, 0, 0)
        );
}
