namespace OmgLlava.Server.Contracts;

/// <summary>A piece of an answer.</summary>
/// <param name="Index">Counts the answers from 0.</param>
/// <param name="Delta">What is new.</param>
/// <param name="FinishReason">Null until the end.</param>
/// <param name="Logprobs">How likely the new tokens were, where this was asked for.</param>
public sealed record ChunkChoice(int Index, ChunkDelta Delta, string? FinishReason = null, LogProbabilities? Logprobs = null);
