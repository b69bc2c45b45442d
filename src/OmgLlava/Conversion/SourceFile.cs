namespace OmgLlava.Conversion;

/// <summary>A published file that a model was made of.</summary>
/// <param name="Repository">Its repository on a hub, <c>owner/name</c>; empty where it came from a folder.</param>
/// <param name="Commit">The repository's commit; empty where it came from a folder.</param>
/// <param name="Path">Its path in the repository or the folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Hash">Its SHA-256 (64 hexadecimal digits) or git's SHA-1 of a blob (40), as checked; empty where nobody stated
/// one.</param>
internal sealed record SourceFile(string Repository, string Commit, string Path, long Bytes, string Hash);
