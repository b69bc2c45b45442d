using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OmgLlava.Training.Recipes;

/// <summary>Recipes as JSON: reading, writing, and saying what differs between two.</summary>
internal static class RecipeJson
{
    /// <summary>Names that may change while training goes on without changing what it computes.</summary>
    private static readonly string[] Harmless = ["output", "checkpoint_every", "log_every", "sample_every"];

    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static string Write(Recipe recipe) => JsonSerializer.Serialize(recipe, Options);

    /// <summary>A stage as recipes write it.</summary>
    public static string Text(RecipeStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());

    /// <summary>What a JSON error means to the person who wrote the file.</summary>
    public static string Explain(Exception error)
    {
        string first = error.Message.Split(" Path:")[0].Split('\n')[0];
        const string Unknown = "The JSON property '";
        if (first.StartsWith(Unknown, StringComparison.Ordinal))
        {
            string name = first[Unknown.Length..first.IndexOf('\'', Unknown.Length)];
            return $"'{name}' is not known{Place(error)}.";
        }

        const string Unfit = "The JSON value could not be converted to ";
        if (first.StartsWith(Unfit, StringComparison.Ordinal))
        {
            string path = error is JsonException { Path: { Length: > 2 } found } ? $"'{found[2..]}'" : "a value";
            Type? type = typeof(RecipeJson).Assembly.GetType(first[Unfit.Length..].TrimEnd('.'));
            return type is { IsEnum: true } ? $"{path}{Place(error)} must be one of: {string.Join(", ", Names(type))}." : $"{path}{Place(error)} has a wrong type.";
        }

        return first.TrimEnd('.') + Place(error) + ".";
    }

    private static IEnumerable<string> Names(Type type) => Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.Serialize(value, type, Options).Trim('"'));

    /// <summary>One line for each value in which two recipes differ and that matters to the weights.</summary>
    public static IReadOnlyList<string> Differences(string before, string now)
    {
        Dictionary<string, string> old = Flatten(before);
        Dictionary<string, string> current = Flatten(now);
        return
        [
            .. old.Keys.Union(current.Keys).Where(key => !Harmless.Contains(key)).Order(StringComparer.Ordinal)
                .Where(key => old.GetValueOrDefault(key) != current.GetValueOrDefault(key))
                .Select(key => $"{key}: {old.GetValueOrDefault(key, "(none)")} -> {current.GetValueOrDefault(key, "(none)")}"),
        ];
    }

    private static string Place(Exception error) => error is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "";

    private static Dictionary<string, string> Flatten(string json)
    {
        var values = new Dictionary<string, string>();
        Add("", JsonNode.Parse(json));
        return values;

        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject fields)
            {
                foreach ((string name, JsonNode? value) in fields)
                {
                    Add(path.Length == 0 ? name : $"{path}.{name}", value);
                }
            }
            else
            {
                values[path] = node?.ToJsonString() ?? "null";
            }
        }
    }
}
