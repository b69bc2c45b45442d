namespace OmgLlava.Server.Contracts;

/// <summary>An answer.</summary>
/// <param name="Index">Always 0.</param>
/// <param name="Message">The assistant's message.</param>
/// <param name="FinishReason"><c>stop</c>, or <c>length</c> when it reached the most tokens.</param>
/// <param name="Logprobs">Always null.</param>
public sealed record CompletionChoice(int Index, CompletionMessage Message, string FinishReason, object? Logprobs = null);
