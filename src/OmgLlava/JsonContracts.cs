using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OmgLlava;

/// <summary>
/// What is read and written as JSON has contracts that the compiler made, so that programs compiled ahead of time have them too.
/// </summary>
internal static class JsonContracts
{
    /// <summary>The contract of a type; options without one for it throw <see cref="NotSupportedException"/>.</summary>
    public static JsonTypeInfo<T> Of<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    /// <summary>Reads a record of which the file may leave out what has an initial value. Compiled contracts would set such a
    /// property to nothing, so that what is left out is put in before.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="options">How it is read; a field that is given twice is refused.</param>
    /// <param name="initial">Makes the record, and those inside it, with their initial values.</param>
    /// <returns>The record; null where the text is <c>null</c>.</returns>
    /// <exception cref="JsonException">It is not such a record.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonSerializerOptions options, params ReadOnlySpan<object> initial)
        where T : class
    {
        JsonTypeInfo<T> contract = options.Of<T>();
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        if (JsonSerializer.Deserialize(json, contract) is null) // what is wrong is told with its line
        {
            return null;
        }

        var reader = new Utf8JsonReader(
            json,
            new JsonReaderOptions
            {
                CommentHandling = options.ReadCommentHandling,
                AllowTrailingCommas = options.AllowTrailingCommas,
            }
        );
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        var known = new Dictionary<Type, JsonObject>();
        foreach (object one in initial)
        {
            known[one.GetType()] = JsonSerializer.SerializeToNode(one, options.GetTypeInfo(one.GetType()))!.AsObject();
        }

        return Complete(document.RootElement, contract, known)!.Deserialize(contract);
    }

    private static JsonNode? Complete(JsonElement given, JsonTypeInfo contract, Dictionary<Type, JsonObject> initial)
    {
        JsonSerializerOptions options = contract.Options;
        if (given.ValueKind == JsonValueKind.Array && contract.ElementType is { } element)
        {
            return new JsonArray(
                [.. given.EnumerateArray().Select(item => Complete(item, options.GetTypeInfo(element), initial))]
            );
        }

        if (given.ValueKind != JsonValueKind.Object || contract.Kind != JsonTypeInfoKind.Object)
        {
            return given.ValueKind switch
            {
                JsonValueKind.Object => JsonObject.Create(given),
                JsonValueKind.Array => JsonArray.Create(given),
                _ => JsonValue.Create(given),
            };
        }

        var whole = new JsonObject();
        JsonObject? absent = initial.GetValueOrDefault(contract.Type);
        foreach (JsonPropertyInfo property in contract.Properties)
        {
            if (given.TryGetProperty(property.Name, out JsonElement value))
            {
                whole[property.Name] = Complete(value, options.GetTypeInfo(property.PropertyType), initial);
            }
            else if (property.Set is not null && absent?[property.Name] is { } first)
            {
                whole[property.Name] = first.DeepClone();
            }
        }

        return whole;
    }
}
