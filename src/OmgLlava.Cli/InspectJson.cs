using System.Text.Json;
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
        return JsonSerializer.Serialize(
            new
            {
                Model = model
                    ? new { ModelDirectory.ReadConfig(source).Name, Weights = ModelDirectory.WeightsHash(source) }
                    : null,
                Tensors = shown.Select(tensor => new
                {
                    tensor.Name,
                    Type = tensor.DType.ToString(),
                    tensor.Shape,
                    Bytes = tensor.ByteCount,
                }),
                Count = shown.Count,
                Elements = shown.Sum(tensor => tensor.ElementCount),
                Bytes = shown.Sum(tensor => tensor.ByteCount),
            },
            ReplyJson.Options
        );
    }

    /// <summary>The words that a model was taught to be asked in; null where it is asked in any.</summary>
    public static string Words(string folder) =>
        JsonSerializer.Serialize(
            new
            {
                ModelDirectory.ReadConfig(folder).Name,
                Words = ModelWords.Load(folder) is { } words
                    ? new { words.Language, words.Nouns, words.Stuff, words.Adjectives, words.Synonyms }
                    : null,
            },
            ReplyJson.Options
        );
}
