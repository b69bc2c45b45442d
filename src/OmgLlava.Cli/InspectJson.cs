using System.Text.Json.Nodes;
using OmgLlava.Weights;
using OmgLlava.Words;

namespace OmgLlava.Cli;

/// <summary>What <c>inspect --json</c> writes.</summary>
internal static class InspectJson
{
    /// <summary>The tensors of a file or model directory; of the latter its name and the hash of its weights, too.</summary>
    public static string Tensors(string source, IReadOnlyList<TensorInfo> shown)
    {
        bool model = File.Exists(Path.Combine(source, ModelDirectory.ConfigName));
        return new JsonObject
        {
            ["model"] = model
                ? new JsonObject
                {
                    ["name"] = ModelDirectory.ReadConfig(source).Name,
                    ["weights"] = ModelDirectory.WeightsHash(source),
                }
                : null,
            ["tensors"] = new JsonArray([
                .. shown.Select(tensor => new JsonObject
                {
                    ["name"] = tensor.Name,
                    ["type"] = tensor.DType.ToString(),
                    ["shape"] = new JsonArray([.. tensor.Shape.Select(size => JsonValue.Create(size))]),
                    ["bytes"] = tensor.ByteCount,
                }),
            ]),
            ["count"] = shown.Count,
            ["elements"] = shown.Sum(tensor => tensor.ElementCount),
            ["bytes"] = shown.Sum(tensor => tensor.ByteCount),
        }.ToJsonString(ReplyJson.Options);
    }

    /// <summary>The words that a model was taught to be asked in; null where it is asked in any.</summary>
    public static string Words(string folder) =>
        new JsonObject
        {
            ["name"] = ModelDirectory.ReadConfig(folder).Name,
            ["words"] = ModelWords.Load(folder) is { } words
                ? new JsonObject
                {
                    ["language"] = words.Language,
                    ["nouns"] = List(words.Nouns),
                    ["stuff"] = List(words.Stuff),
                    ["adjectives"] = List(words.Adjectives),
                    ["synonyms"] = new JsonObject(
                        words.Synonyms.Select(word => KeyValuePair.Create<string, JsonNode?>(word.Key, word.Value))
                    ),
                }
                : null,
        }.ToJsonString(ReplyJson.Options);

    private static JsonArray List(IReadOnlyList<string> words) => new([.. words.Select(word => JsonValue.Create(word))]);
}
