using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>An earlier turn of a conversation.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="Prompts">What was pointed at.</param>
/// <param name="Task">What the question was for.</param>
public sealed record HistoryTurn(string? Question, HistoryAnswer Answer, IReadOnlyList<PromptJson>? Prompts = null, ChatTask Task = ChatTask.Ask);
