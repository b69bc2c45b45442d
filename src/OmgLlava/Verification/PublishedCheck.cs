using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Weights;

namespace OmgLlava.Verification;

/// <summary>
/// What differs from the published model: its configuration, and the names and shapes of its tensors, which a test compares with
/// the list of published tensors.
/// </summary>
internal static class PublishedCheck
{
    private const int Shown = 40;

    // What conversion decides, or fine-tuning: no difference of the model.
    private static readonly string[] Free = ["name", "quantization", "lora", "classes"];

    public static VerificationCheck Run(OmgLlavaConfig config)
    {
        const string Name = "published";
        OmgLlavaConfig published = ModelPreset.Find("omg-llava-7b").Config;
        string[] differences = [.. Differences(config, published)];
        if (config.Language.HiddenSize != published.Language.HiddenSize || config.Language.Layers != published.Language.Layers)
        {
            return VerificationCheck.Noted(
                Name,
                $"this is not the published 7B model: its configuration differs in {differences.Length} places"
            );
        }

        if (differences.Length > 0)
        {
            return VerificationCheck.Failed(
                Name,
                $"the configuration differs from the published one in {differences.Length} places",
                [.. differences.Take(Shown)]
            );
        }

        TensorAccount account = TensorAccount.Of(
            ModelTensors.Describe(config with { Lora = null, Quantization = null }),
            ModelTensors
                .Describe(published with { Alignment = config.Alignment, EmbeddingRows = config.EmbeddingRows })
                .ToDictionary(tensor => tensor.Name)
        );
        string head = config.Alignment.SeparateMaskDecoder
            ? "with the mask decoder of its own that the task fine-tunings have"
            : "with one mask decoder, as the general fine-tuning has";
        return account.IsBalanced
            ? VerificationCheck.Passed(
                Name,
                $"configuration, names and shapes are those of the published 7B model, {head}; {config.EmbeddingRows} "
                    + $"embedding rows"
            )
            : VerificationCheck.Failed(
                Name,
                $"{account.Missing.Count + account.Unexpected.Count + account.Misshapen.Count} tensors have other names or "
                    + $"shapes than the published ones"
            );
    }

    /// <summary>The fields that differ, each with both values.</summary>
    private static IEnumerable<string> Differences(OmgLlavaConfig config, OmgLlavaConfig published)
    {
        Dictionary<string, string> ours = Flatten(config),
            theirs = Flatten(published);
        foreach (string path in ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
        {
            bool free =
                Free.Any(name =>
                    path == name
                    || path.StartsWith($"{name}.", StringComparison.Ordinal)
                    || path.StartsWith($"{name}[", StringComparison.Ordinal)
                )
                || path.EndsWith("require_omg_decoder", StringComparison.Ordinal)
                // rows that newer tokenizers add
                || (path == "embedding_rows" && config.EmbeddingRows >= published.EmbeddingRows);
            if (!free && ours.GetValueOrDefault(path) != theirs.GetValueOrDefault(path))
            {
                yield return $"{path}: {ours.GetValueOrDefault(path, "nothing")} instead of "
                    + $"{theirs.GetValueOrDefault(path, "nothing")}";
            }
        }
    }

    private static Dictionary<string, string> Flatten(OmgLlavaConfig config)
    {
        var values = new Dictionary<string, string>();
        Visit(JsonSerializer.SerializeToNode(config, OmgLlavaConfig.Json.Of<OmgLlavaConfig>()), "");
        return values;

        void Visit(JsonNode? node, string path)
        {
            if (node is JsonObject fields)
            {
                foreach ((string name, JsonNode? value) in fields)
                {
                    Visit(value, path.Length == 0 ? name : $"{path}.{name}");
                }
            }
            else
            {
                values[path] = node?.ToJsonString() ?? "null";
            }
        }
    }
}
