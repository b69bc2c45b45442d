using System.Text.Json;
using OmgLlava.Language;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>How an answer is to be generated, as clients say it. Null is the default.</summary>
internal sealed record Sampling
{
    private const int MaxStops = 16;

    /// <summary>Below 0 for as many as the server allows.</summary>
    public int? MaxTokens { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? TopK { get; init; }

    public double? MinP { get; init; }

    public double? RepeatPenalty { get; init; }

    /// <summary>Below 0 for another one each time.</summary>
    public long? Seed { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }

    public ResponseFormat? Format { get; init; }

    /// <summary>How many of the likeliest tokens are told; null for none of this.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Reads a request of the native API.</summary>
    public static Sampling Of(ChatRequest request) =>
        new()
        {
            MaxTokens = request.MaxTokens,
            Temperature = request.Temperature,
            TopP = request.TopP,
            TopK = request.TopK,
            MinP = request.MinP,
            RepeatPenalty = request.RepeatPenalty,
            Seed = request.Seed,
            Stop = request.Stop,
        };

    /// <summary>Reads a request in OpenAI's shape.</summary>
    public static Sampling Of(CompletionRequest request) =>
        new()
        {
            MaxTokens = request.MaxCompletionTokens ?? request.MaxTokens,
            Temperature = request.Temperature,
            TopP = request.TopP,
            TopK = request.TopK,
            MinP = request.MinP,
            RepeatPenalty = request.RepeatPenalty ?? request.RepetitionPenalty,
            Seed = request.Seed,
            Stop = request.Stop,
            Format = request.ResponseFormat,
            TopLogprobs = request.Logprobs == true ? request.TopLogprobs ?? 0 : null,
        };

    /// <summary>The model's own options, within the server's limits.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="identity">What gives the seed where the client says none.</param>
    /// <exception cref="ApiException">There are too many stop texts, or the format is unknown.</exception>
    /// <exception cref="OmgLlavaException">A number is outside its range.</exception>
    public GenerationOptions Read(ServerOptions options, AnswerIdentity identity)
    {
        if (Stop?.Count > MaxStops)
        {
            throw ApiException.BadRequest($"There are {Stop.Count} stop texts; this server takes {MaxStops}.");
        }

        var defaults = new GenerationOptions();
        var result = new GenerationOptions
        {
            MaxNewTokens = MaxTokens < 0 ? options.MaxTokens : Math.Min(MaxTokens ?? defaults.MaxNewTokens, options.MaxTokens),
            Temperature = Temperature ?? defaults.Temperature,
            TopP = TopP ?? defaults.TopP,
            TopK = Math.Max(0, TopK ?? defaults.TopK), // -1 is "all" elsewhere
            MinP = MinP ?? defaults.MinP,
            RepetitionPenalty = RepeatPenalty ?? defaults.RepetitionPenalty,
            Seed = Seed is >= 0 and { } number ? (int)(number ^ (number >> 32)) : identity.Seed,
            StopTexts = ApiJson.Full(Stop, "stop"),
            JsonSchema = SchemaOf(Format),
            TopLogProbabilities = TopLogprobs,
        };
        result.Validate();
        return result;
    }

    private static string? SchemaOf(ResponseFormat? format) =>
        format?.Type switch
        {
            null or "text" => null,
            "json_object" => """{"type":"object"}""",
            "json_schema" => (format.JsonSchema?.Schema ?? format.Schema) is { ValueKind: JsonValueKind.Object } schema
                ? schema.GetRawText()
                : throw ApiException.BadRequest(
                    "A 'response_format' of type 'json_schema' needs the schema in 'json_schema': { 'name': ..., 'schema': { "
                        + "... } }."
                ),
            _ => throw ApiException.BadRequest("The type of 'response_format' must be 'text', 'json_object' or 'json_schema'."),
        };
}
