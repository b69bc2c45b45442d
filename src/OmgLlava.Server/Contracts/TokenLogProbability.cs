namespace OmgLlava.Server.Contracts;

/// <summary>How likely a token was.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">Its bytes, for tokens that are a part of a character.</param>
/// <param name="TopLogprobs">What else could have come, the likeliest first.</param>
public sealed record TokenLogProbability(
    string Token,
    double Logprob,
    IReadOnlyList<int> Bytes,
    IReadOnlyList<TokenLogProbability>? TopLogprobs = null
);
