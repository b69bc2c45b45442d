namespace OmgLlava.Language;

/// <summary>A token and how likely it was.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Natural logarithm of its probability.</param>
public readonly record struct TokenProbability(int Token, double LogProbability);
