namespace OmgLlava.Server.Contracts;

/// <summary>Tokens of a request.</summary>
/// <param name="PromptTokens">Positions of the whole conversation before the answer, the picture's among them.</param>
/// <param name="CompletionTokens">Tokens of the answer, or of all answers.</param>
/// <param name="TotalTokens">Both.</param>
/// <param name="PromptTokensDetails">What the first are.</param>
public sealed record CompletionUsage(
    int PromptTokens,
    int CompletionTokens,
    int TotalTokens,
    PromptTokensDetails PromptTokensDetails
)
{
    /// <summary>Counts the tokens of answers to one question.</summary>
    public static CompletionUsage Of(IReadOnlyList<Reply> replies)
    {
        ReplyTimings timings = replies[0].Timings;
        int written = replies.Sum(reply => reply.Timings.Tokens);
        return new CompletionUsage(
            timings.ConversationTokens,
            written,
            timings.ConversationTokens + written,
            new PromptTokensDetails(timings.CachedTokens, timings.ImageTokens)
        );
    }
}
