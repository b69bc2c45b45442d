namespace OmgLlava.Server.Contracts;

/// <summary>An answer.</summary>
/// <param name="Index">Counts the answers from 0.</param>
/// <param name="Message">The assistant's message.</param>
/// <param name="FinishReason"><c>stop</c>, or <c>length</c> when it reached the most tokens.</param>
/// <param name="Logprobs">How likely its tokens were, where this was asked for.</param>
public sealed record CompletionChoice(
    int Index,
    CompletionMessage Message,
    string FinishReason,
    LogProbabilities? Logprobs = null
);
