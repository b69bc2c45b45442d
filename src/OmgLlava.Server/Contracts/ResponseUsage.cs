namespace OmgLlava.Server.Contracts;

/// <summary>Tokens of a response.</summary>
/// <param name="InputTokens">Positions of the whole conversation before the answer.</param>
/// <param name="InputTokensDetails">What they are.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
/// <param name="OutputTokensDetails">What they are.</param>
/// <param name="TotalTokens">Both.</param>
public sealed record ResponseUsage(
    int InputTokens,
    PromptTokensDetails InputTokensDetails,
    int OutputTokens,
    OutputTokensDetails OutputTokensDetails,
    int TotalTokens
)
{
    /// <summary>Counts a reply's tokens.</summary>
    public static ResponseUsage Of(Reply reply)
    {
        var usage = CompletionUsage.Of([reply]);
        return new ResponseUsage(
            usage.PromptTokens,
            usage.PromptTokensDetails,
            usage.CompletionTokens,
            new OutputTokensDetails(0),
            usage.TotalTokens
        );
    }
}
