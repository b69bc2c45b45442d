using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>The assistant's message.</summary>
/// <param name="Role">Always <c>assistant</c>.</param>
/// <param name="Content">Clean text.</param>
/// <param name="Refusal">Always null.</param>
/// <param name="Grounding">The phrases that come with masks.</param>
public sealed record CompletionMessage(string Role, string Content, string? Refusal, IReadOnlyList<GroundingJson> Grounding);
