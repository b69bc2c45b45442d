using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>The assistant's message in a response.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Status"><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</param>
/// <param name="Content">Its text; none until it begins.</param>
/// <param name="Grounding">The phrases that come with masks.</param>
public sealed record ResponseMessage(
    string Id,
    string Status,
    IReadOnlyList<ResponseText> Content,
    IReadOnlyList<GroundingJson> Grounding
)
{
    /// <summary>Always <c>message</c>.</summary>
    public string Type { get; } = "message";

    /// <summary>Always <c>assistant</c>.</summary>
    public string Role { get; } = "assistant";
}
