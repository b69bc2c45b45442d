using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OmgLlava.Json;

namespace OmgLlava.Training.Recipes;

/// <summary>Recipes as JSON: reading, writing, and saying what differs between two.</summary>
internal static class RecipeJson
{
    /// <summary>Names that may change while training goes on without changing what it computes.</summary>
    private static readonly string[] Harmless = ["output", "checkpoint_every", "log_every", "sample_every"];

    public static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            RespectNullableAnnotations = true,
            WriteIndented = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };

    public static string Write(Recipe recipe) => JsonSerializer.Serialize(recipe, Options);

    /// <summary>A stage as recipes write it.</summary>
    public static string Text(RecipeStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());

    /// <summary>What a JSON error means to the person who wrote the file.</summary>
    public static string Explain(Exception error) => JsonErrors.Explain(error, typeof(RecipeJson).Assembly, Options);

    /// <summary>One line for each value in which two recipes differ and that matters to the weights.</summary>
    public static IReadOnlyList<string> Differences(string before, string now)
    {
        Dictionary<string, string> old = Flatten(before);
        Dictionary<string, string> current = Flatten(now);
        return
        [
            .. old
                .Keys.Union(current.Keys)
                .Where(key => !Harmless.Contains(key))
                .Order(StringComparer.Ordinal)
                .Where(key => old.GetValueOrDefault(key) != current.GetValueOrDefault(key))
                .Select(key => $"{key}: {old.GetValueOrDefault(key, "(none)")} -> {current.GetValueOrDefault(key, "(none)")}"),
        ];
    }

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
