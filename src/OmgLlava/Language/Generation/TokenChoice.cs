namespace OmgLlava.Language;

/// <summary>How likely a token was that was chosen, and what else could have come.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before any temperature, penalty or constraint.</param>
/// <param name="Best">The likeliest tokens, the best first.</param>
public sealed record TokenChoice(int Token, double LogProbability, IReadOnlyList<TokenProbability> Best);
