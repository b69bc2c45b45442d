namespace OmgLlava;

/// <summary>An answer.</summary>
/// <param name="Text">Clean text, without markers.</param>
/// <param name="Segments">The phrases that come with masks, in the order of the text.</param>
/// <param name="Tokens">The ids that the model generated, markers and stop token included.</param>
/// <param name="Complete">Whether the model ended the answer itself; false when it reached the most new tokens.</param>
/// <param name="Timings">How long it took.</param>
public sealed record Reply(string Text, IReadOnlyList<Segment> Segments, IReadOnlyList<int> Tokens, bool Complete, ReplyTimings Timings);
