namespace OmgLlava.Training.Samples;

/// <summary>A token of a conversation at which it is known what to look at.</summary>
/// <param name="Token">Index among the conversation's tokens.</param>
/// <param name="Mask">Index among its subjects' masks.</param>
internal readonly record struct TokenSubject(int Token, int Mask);
