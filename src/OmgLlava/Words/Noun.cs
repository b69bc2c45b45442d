namespace OmgLlava.Words;

/// <summary>A noun in both numbers; the same where it has no plural of its own.</summary>
internal sealed record Noun(string Singular, string Plural);
