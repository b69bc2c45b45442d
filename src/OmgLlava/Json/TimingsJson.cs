namespace OmgLlava.Json;

/// <summary>How long an answer took, see <see cref="ReplyTimings"/>.</summary>
/// <param name="PerceptionSeconds">Looking at the picture.</param>
/// <param name="FirstTokenSeconds">To the first token, with looking at the picture.</param>
/// <param name="TotalSeconds">To the end of the answer, with everything.</param>
/// <param name="PromptTokens">Positions that the question added.</param>
/// <param name="Tokens">Tokens of the answer.</param>
/// <param name="HistoryTokens">Positions of the turns before.</param>
/// <param name="CachedTokens">Of these, how many were remembered.</param>
/// <param name="ImageTokens">Positions of the picture.</param>
internal sealed record TimingsJson(
    double PerceptionSeconds,
    double FirstTokenSeconds,
    double TotalSeconds,
    int PromptTokens,
    int Tokens,
    int HistoryTokens = 0,
    int CachedTokens = 0,
    int ImageTokens = 0
)
{
    /// <summary>Writes timings, to a tenth of a millisecond.</summary>
    public static TimingsJson Of(ReplyTimings timings) =>
        new(
            Seconds(timings.Perception),
            Seconds(timings.Perception + timings.FirstToken),
            Seconds(timings.Perception + timings.Total),
            timings.PromptTokens,
            timings.Tokens,
            timings.HistoryTokens,
            timings.CachedTokens,
            timings.ImageTokens
        );

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
