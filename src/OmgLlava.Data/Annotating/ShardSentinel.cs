namespace OmgLlava.Data.Annotating;

/// <summary>Says that a shard is whole.</summary>
/// <param name="Pictures">Its pictures, broken ones included.</param>
/// <param name="Annotations">Its masks.</param>
/// <param name="Broken">Its pictures that could not be read.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Sha256">Hash of its file.</param>
internal sealed record ShardSentinel(int Pictures, int Annotations, int Broken, long Bytes, string Sha256);
