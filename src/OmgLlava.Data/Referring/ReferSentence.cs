namespace OmgLlava.Data.Referring;

/// <summary>A sentence of a REFER record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">The sentence as models read it: lower case, without punctuation.</param>
/// <param name="Raw">The sentence as somebody wrote it.</param>
/// <param name="Tokens">The words of <paramref name="Text"/>.</param>
public sealed record ReferSentence(long Id, string Text, string Raw, IReadOnlyList<string> Tokens);
