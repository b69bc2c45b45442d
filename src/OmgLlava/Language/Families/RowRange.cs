namespace OmgLlava.Language;

/// <summary>Some rows of a matrix that lie together.</summary>
internal readonly record struct RowRange(int First, int Count);
