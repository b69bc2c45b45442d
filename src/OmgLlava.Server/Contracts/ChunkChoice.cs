namespace OmgLlava.Server.Contracts;

/// <summary>A piece of an answer.</summary>
/// <param name="Index">Always 0.</param>
/// <param name="Delta">What is new.</param>
/// <param name="FinishReason">Null until the end.</param>
/// <param name="Logprobs">Always null.</param>
public sealed record ChunkChoice(int Index, ChunkDelta Delta, string? FinishReason = null, object? Logprobs = null);
