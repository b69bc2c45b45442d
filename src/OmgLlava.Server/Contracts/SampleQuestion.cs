using System.Text.Json.Serialization;
using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>An example question.</summary>
/// <param name="Task">What it is for.</param>
/// <param name="Question">Its words, or the expression to segment.</param>
/// <param name="Prompts">What it points at.</param>
public sealed record SampleQuestion(
    ChatTask Task,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Question = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PromptJson>? Prompts = null
);
