namespace OmgLlava.Server.Contracts;

/// <summary>An answer in OpenAI's shape.</summary>
/// <param name="Id">Names the answer.</param>
/// <param name="Object">Always <c>chat.completion</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model's name.</param>
/// <param name="SystemFingerprint">Digits that tell its weights from others.</param>
/// <param name="Choices">The answers; one where nothing else was asked for.</param>
/// <param name="Usage">Its tokens.</param>
public sealed record Completion(
    string Id,
    string Object,
    long Created,
    string Model,
    string SystemFingerprint,
    IReadOnlyList<CompletionChoice> Choices,
    CompletionUsage Usage
);
