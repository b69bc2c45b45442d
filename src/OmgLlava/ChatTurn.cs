namespace OmgLlava;

/// <summary>A question and its answer.</summary>
/// <param name="Question">The user's words.</param>
/// <param name="Prompts">What they pointed at.</param>
/// <param name="Reply">The answer.</param>
public sealed record ChatTurn(string Question, IReadOnlyList<VisualPrompt> Prompts, Reply Reply);
