namespace OmgLlava.Server.Contracts;

/// <summary>An earlier answer, as it was given.</summary>
/// <param name="Text">Its clean text; nothing where it was masks alone.</param>
/// <param name="Grounding">Its phrases; only <c>start</c> and <c>end</c> are read.</param>
public sealed record HistoryAnswer(string? Text = null, IReadOnlyList<HistoryGrounding>? Grounding = null);
