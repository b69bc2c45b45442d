using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>Reads a picture's address: an object, or the address alone.</summary>
internal sealed class ImageUrlConverter : JsonConverter<ImageUrl>
{
    public override ImageUrl? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new ImageUrl(reader.GetString()!)
            : JsonSerializer.Deserialize(ref reader, options.Of<ImageUrl>());

    public override void Write(Utf8JsonWriter writer, ImageUrl value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.Of<ImageUrl>());
}
