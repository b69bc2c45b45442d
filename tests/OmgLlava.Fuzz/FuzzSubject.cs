namespace OmgLlava.Fuzz;

/// <summary>A target that is ready to run.</summary>
/// <param name="Seeds">Good inputs; mutations start from them.</param>
/// <param name="Words">Pieces of the format that mutations put in: keywords, names, numbers that matter.</param>
/// <param name="Read">
/// Reads one input. <see cref="OmgLlavaException"/> is a refusal and fine; any other exception is a finding.
/// </param>
internal sealed record FuzzSubject(IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words, Action<byte[]> Read);
