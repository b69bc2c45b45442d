namespace OmgLlava.Server.Contracts;

/// <summary>The sample pictures.</summary>
/// <param name="Samples">The pictures.</param>
public sealed record SampleList(IReadOnlyList<Sample> Samples);
