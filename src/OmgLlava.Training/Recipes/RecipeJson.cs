using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OmgLlava.Data.Photos;
using OmgLlava.Files;
using OmgLlava.Json;
using OmgLlava.World;

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

    /// <summary>The data of a recipe with all that it does not say itself taken from a file that several recipes share.</summary>
    /// <param name="recipe">The recipe's file.</param>
    /// <param name="shared">The other file; its paths are relative to its own folder.</param>
    /// <exception cref="OmgLlavaException">The shared file is missing or is no description of data.</exception>
    public static DataRecipe Join(string recipe, string shared)
    {
        JsonObject own = Object(recipe)["data"]!.AsObject();
        try
        {
            DataRecipe common = Object(shared).Deserialize<DataRecipe>(Options)!;
            if (common.Base is not null)
            {
                throw new OmgLlavaException($"'{shared}' names a base of its own; one is enough.");
            }

            JsonObject joined = JsonSerializer
                .SerializeToNode(common.Resolve(Path.GetDirectoryName(Path.GetFullPath(shared))!), Options)!
                .AsObject();
            foreach ((string name, JsonNode? value) in own.Where(field => field.Key != "base"))
            {
                joined[name] = value?.DeepClone();
            }

            return joined.Deserialize<DataRecipe>(Options)!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new OmgLlavaException($"'{shared}' is no description of data: {Explain(error)}", error);
        }

        static JsonObject Object(string path)
        {
            using FileStream file = InputFile.Open(path);
            var relaxed = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            return JsonNode.Parse(file, documentOptions: relaxed)?.AsObject() ?? throw new JsonException("it is empty.");
        }
    }

    /// <summary>A stage as recipes write it.</summary>
    public static string Text(RecipeStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());

    /// <summary>What a JSON error means to the person who wrote the file.</summary>
    public static string Explain(Exception error) =>
        JsonErrors.Explain(
            error,
            Options,
            new[] { typeof(RecipeJson), typeof(PhotoKind), typeof(SceneTask) }
                .SelectMany(one => one.Assembly.GetTypes())
                .Where(type => type.IsEnum)
        );

    /// <summary>One line for each value in which two recipes differ and that matters to the weights. What the recipe before did
    /// not know yet had its default value.</summary>
    public static IReadOnlyList<string> Differences(string before, string now)
    {
        Dictionary<string, string> current = Flatten(now);
        var plain = new Recipe
        {
            Stage = default,
            Output = "",
            Data = new DataRecipe(),
            Steps = 1,
        };
        Dictionary<string, string> old = Flatten(before);
        foreach ((string name, string value) in Flatten(Write(plain)))
        {
            if (!old.Keys.Any(key => key.StartsWith($"{name}.", StringComparison.Ordinal))) // no part that is left out by default
            {
                old.TryAdd(name, value);
            }
        }

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
