namespace OmgLlava.Server.Contracts;

/// <summary>What a conversation's tokens are.</summary>
/// <param name="CachedTokens">Remembered from turns before, and not computed again.</param>
/// <param name="ImageTokens">The picture's.</param>
public sealed record PromptTokensDetails(int CachedTokens, int ImageTokens);
