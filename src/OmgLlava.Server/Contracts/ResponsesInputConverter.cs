using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>Reads the input of a response: the user's words, or a list of messages. Items that say nothing, such as another
/// model's thoughts, are passed over.</summary>
internal sealed class ResponsesInputConverter : JsonConverter<IReadOnlyList<ChatMessage>>
{
    public override IReadOnlyList<ChatMessage>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [new ChatMessage { Role = "user", Content = [new ContentPart("text", reader.GetString())] }];
        }

        using JsonDocument items = JsonDocument.ParseValue(ref reader);
        if (items.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("'input' must be a text or a list of messages.");
        }

        return
        [
            .. items
                .RootElement.EnumerateArray()
                .Where(item => KindOf(item) != "reasoning")
                .Select(item =>
                    KindOf(item) is "message"
                        ? item.Deserialize(options.Of<ChatMessage>())!
                        : throw new JsonException(
                            "An item of 'input' must be a message; this server calls no tools and keeps no other items."
                        )
                ),
        ];
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.Of<IReadOnlyList<ChatMessage>>());

    private static string? KindOf(JsonElement item) =>
        item.ValueKind != JsonValueKind.Object ? null
        : !item.TryGetProperty("type", out JsonElement type) ? "message"
        : type.ValueKind == JsonValueKind.String ? type.GetString()
        : null;
}
