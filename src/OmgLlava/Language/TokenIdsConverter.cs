using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Language;

/// <summary>One token id or a list of them; one is written as a number.</summary>
internal sealed class TokenIdsConverter : JsonConverter<IReadOnlyList<int>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return [reader.GetInt32()];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("a token id must be a number or a list of numbers");
        }

        var ids = new List<int>();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            ids.Add(reader.GetInt32());
        }

        return reader.TokenType == JsonTokenType.EndArray
            ? ids
            : throw new JsonException("a list of token ids must hold numbers alone");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options)
    {
        if (value.Count == 1)
        {
            writer.WriteNumberValue(value[0]);
            return;
        }

        writer.WriteStartArray();
        foreach (int id in value)
        {
            writer.WriteNumberValue(id);
        }

        writer.WriteEndArray();
    }
}
