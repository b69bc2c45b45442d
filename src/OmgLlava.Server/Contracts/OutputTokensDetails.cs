namespace OmgLlava.Server.Contracts;

/// <summary>What an answer's tokens are.</summary>
/// <param name="ReasoningTokens">Always 0.</param>
public sealed record OutputTokensDetails(int ReasoningTokens);
