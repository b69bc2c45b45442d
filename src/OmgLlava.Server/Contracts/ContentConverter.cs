using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>Reads a message's content: one text, or a list of parts.</summary>
internal sealed class ContentConverter : JsonConverter<IReadOnlyList<ContentPart>>
{
    public override IReadOnlyList<ContentPart>? Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        reader.TokenType == JsonTokenType.String
            ? [new ContentPart("text", reader.GetString())]
            : JsonSerializer.Deserialize(ref reader, options.Of<ContentPart[]>());

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ContentPart> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.Of<IReadOnlyList<ContentPart>>());
}
