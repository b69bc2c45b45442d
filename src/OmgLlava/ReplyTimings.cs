namespace OmgLlava;

/// <summary>How long an answer took.</summary>
/// <param name="Perception">Looking at the picture; zero for every question after the first about it.</param>
/// <param name="FirstToken">From the question to the first token, without perception.</param>
/// <param name="Total">From the question to the end of the answer, without perception.</param>
/// <param name="PromptTokens">Positions that the question added; those of earlier turns are not computed again.</param>
/// <param name="Tokens">Tokens of the answer.</param>
public sealed record ReplyTimings(TimeSpan Perception, TimeSpan FirstToken, TimeSpan Total, int PromptTokens, int Tokens);
