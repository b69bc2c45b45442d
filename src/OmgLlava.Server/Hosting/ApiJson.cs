using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OmgLlava.Json;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>How JSON is read and written: snake case, no unknown or doubled fields, no deep nesting.</summary>
internal static class ApiJson
{
    private const int MaxDepth = 32;

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(Words<MaskFormat>());
        options.Converters.Add(Words<ChatTask>());
        options.Converters.Add(Words<SegmentationKind>());
        options.TypeInfoResolverChain.Insert(0, ServerJson.Default);
        return options;
    }

    /// <summary>A response.</summary>
    public static IResult Result<T>(T body, int? status = null) => Results.Json(body, Options.Of<T>(), statusCode: status);

    /// <summary>A record as a part of a larger object.</summary>
    public static JsonNode? Node<T>(T record) => JsonSerializer.SerializeToNode(record, Options.Of<T>());

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiException">It is no JSON, or not this; the message says where.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported_media_type",
                "The body must be JSON, with 'Content-Type: application/json'."
            );
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, Options.Of<T>(), cancellation)
                ?? throw ApiException.BadRequest("The body is null; it must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest(Explain(error));
        }
    }

    /// <summary>A list as it was read, which must hold no null.</summary>
    /// <exception cref="ApiException">It holds one.</exception>
    public static IReadOnlyList<T> Full<T>(IReadOnlyList<T>? list, string name)
        where T : class =>
        list is null ? []
        : list.Contains(null!) ? throw ApiException.BadRequest($"'{name}' holds a null.")
        : list;

    private static JsonStringEnumConverter<T> Words<T>()
        where T : struct, Enum => new(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

    private static string Explain(JsonException error)
    {
        string place = error.Path is { Length: > 1 } path ? $" at {path}" : "";
        string message = error.Message;
        return message switch
        {
            _ when message.Contains("could not be mapped", StringComparison.Ordinal) =>
                $"Unknown field '{message.Split('\'')[1]}'{place}.",
            _ when message.Contains("uplicate", StringComparison.Ordinal) => $"A field is given twice{place}.",
            _ when message.Contains("depth to be zero", StringComparison.Ordinal) =>
                "The body is not whole JSON: its end is missing.",
            _ when message.Contains("depth", StringComparison.Ordinal) => $"The JSON is nested more than {MaxDepth} deep.",
            _ when message.Contains("could not be converted", StringComparison.Ordinal) =>
                $"The value{place} has a wrong type or is out of range.",
            _ when message.Contains("missing required", StringComparison.Ordinal) =>
                $"A required field is missing: {message.Split(": ")[^1].Trim()}",
            _ when message.Contains("disallow null", StringComparison.Ordinal)
                    || message.Contains("doesn't allow", StringComparison.Ordinal) => $"The value{place} must not be null.",
            _ when error.InnerException is null && (error.LineNumber is null || message.StartsWith('\'')) =>
                message.Split(" Path: ")[0],
            _ => $"The body is not valid JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).",
        };
    }
}
