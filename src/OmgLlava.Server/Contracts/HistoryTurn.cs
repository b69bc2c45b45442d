using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>An earlier turn of a conversation.</summary>
/// <param name="Answer">What was answered.</param>
/// <param name="Question">What was asked; nothing for tasks that need no words.</param>
/// <param name="Prompts">What was pointed at.</param>
/// <param name="Task">What the question was for.</param>
public sealed record HistoryTurn(
    HistoryAnswer Answer,
    string? Question = null,
    IReadOnlyList<PromptJson>? Prompts = null,
    ChatTask Task = ChatTask.Ask
);
