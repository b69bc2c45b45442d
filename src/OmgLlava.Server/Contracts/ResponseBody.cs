using System.Text.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>A response of the Responses API.</summary>
/// <param name="Id">Names it.</param>
/// <param name="CreatedAt">Seconds since 1970.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Status"><c>in_progress</c>, <c>completed</c>, <c>incomplete</c> or <c>failed</c>.</param>
/// <param name="Output">The assistant's message; none until it is there.</param>
public sealed record ResponseBody(string Id, long CreatedAt, string Model, string Status, IReadOnlyList<ResponseMessage> Output)
{
    /// <summary>Always <c>response</c>.</summary>
    public string Object { get; } = "response";

    /// <summary>Why it is incomplete; null where it is not.</summary>
    public IncompleteDetails? IncompleteDetails { get; init; }

    /// <summary>What went wrong; null where nothing did.</summary>
    public ResponseError? Error { get; init; }

    /// <summary>As it was asked for.</summary>
    public string? Instructions { get; init; }

    /// <summary>As it was asked for.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>As it was asked for.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>As it was asked for.</summary>
    public double? Temperature { get; init; }

    /// <summary>As it was asked for.</summary>
    public double? TopP { get; init; }

    /// <summary>Whether others can go on from it.</summary>
    public bool Store { get; init; }

    /// <summary>As it was asked for.</summary>
    public ResponsesText Text { get; init; } = new(new ResponseFormat("text"));

    /// <summary>As it was given.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Always none.</summary>
    public IReadOnlyList<string> Tools { get; } = [];

    /// <summary>Always <c>none</c>.</summary>
    public string ToolChoice { get; } = "none";

    /// <summary>Always false.</summary>
    public bool ParallelToolCalls { get; }

    /// <summary>Always <c>disabled</c>: a conversation that is too long is refused.</summary>
    public string Truncation { get; } = "disabled";

    /// <summary>Its tokens, when it is there.</summary>
    public ResponseUsage? Usage { get; init; }
}
