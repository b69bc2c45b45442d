namespace OmgLlava.Conversion.Pulling;

/// <summary>A file that a model is made of.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Repository">Its repository on the hub; empty where it comes from a folder.</param>
/// <param name="Commit">The commit that is downloaded; empty where it comes from a folder.</param>
/// <param name="Path">Its path in the repository, or in the folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="BytesHere">How much of it is on this machine.</param>
/// <param name="Hash">Hexadecimal SHA-256 (64 digits) or git's SHA-1 (40 digits) that the hub states; empty where it comes from a
/// folder.</param>
/// <param name="Local">Where it is, or will be.</param>
internal sealed record PlannedFile(
    string Role,
    string Repository,
    string Commit,
    string Path,
    long Bytes,
    long BytesHere,
    string Hash,
    string Local
);
