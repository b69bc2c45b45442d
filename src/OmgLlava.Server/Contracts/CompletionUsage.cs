namespace OmgLlava.Server.Contracts;

/// <summary>Tokens of a request.</summary>
/// <param name="PromptTokens">Positions that the question added; those of remembered turns are not computed again.</param>
/// <param name="CompletionTokens">Tokens of the answer.</param>
/// <param name="TotalTokens">Both.</param>
public sealed record CompletionUsage(int PromptTokens, int CompletionTokens, int TotalTokens)
{
    /// <summary>Counts a reply's tokens.</summary>
    public static CompletionUsage Of(Reply reply) =>
        new(reply.Timings.PromptTokens, reply.Timings.Tokens, reply.Timings.PromptTokens + reply.Timings.Tokens);
}
