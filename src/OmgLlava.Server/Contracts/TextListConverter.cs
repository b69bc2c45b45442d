using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>Reads one text or a list of texts.</summary>
internal sealed class TextListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? [reader.GetString()!]
            : JsonSerializer.Deserialize(ref reader, options.Of<string[]>());

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.Of<IReadOnlyList<string>>());
}
