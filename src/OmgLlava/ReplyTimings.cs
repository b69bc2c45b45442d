namespace OmgLlava;

/// <summary>How long an answer took.</summary>
/// <param name="Perception">Looking at the picture; zero for every question after the first about it.</param>
/// <param name="FirstToken">From the question to the first token, without perception.</param>
/// <param name="Total">From the question to the end of the answer, without perception.</param>
/// <param name="PromptTokens">Positions that the question added; those of earlier turns are not computed again.</param>
/// <param name="Tokens">Tokens of the answer.</param>
/// <param name="HistoryTokens">Positions of the turns before, the picture's among them.</param>
/// <param name="CachedTokens">Of these, how many were remembered and not computed for this question.</param>
/// <param name="ImageTokens">Positions of the whole conversation that are the picture's.</param>
public sealed record ReplyTimings(
    TimeSpan Perception,
    TimeSpan FirstToken,
    TimeSpan Total,
    int PromptTokens,
    int Tokens,
    int HistoryTokens = 0,
    int CachedTokens = 0,
    int ImageTokens = 0
)
{
    /// <summary>Positions of the conversation before the answer.</summary>
    public int ConversationTokens => HistoryTokens + PromptTokens;
}
