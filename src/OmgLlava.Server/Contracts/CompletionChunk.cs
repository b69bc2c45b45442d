using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>A piece of an answer in OpenAI's shape.</summary>
/// <param name="Id">Names the answer.</param>
/// <param name="Object">Always <c>chat.completion.chunk</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model's name.</param>
/// <param name="SystemFingerprint">Digits that tell its weights from others.</param>
/// <param name="Choices">One piece; none in the chunk that counts tokens.</param>
/// <param name="Usage">The tokens, in the last chunk where they were asked for.</param>
public sealed record CompletionChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    string SystemFingerprint,
    IReadOnlyList<ChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CompletionUsage? Usage = null
);
