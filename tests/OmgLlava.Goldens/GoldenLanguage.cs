using System.Text.Json;
using OmgLlava.Language;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>Builds language models from a golden case's configuration and weights, and compares what they compute.</summary>
internal static class GoldenLanguage
{
    /// <summary>A model, with adapters attached when the case has a LoRA configuration, filled with the case's weights.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="config">The language model's part of its configuration.</param>
    /// <param name="lora">Rank and alpha, or null.</param>
    /// <param name="prefix">What stands before the published names.</param>
    public static (TorchLanguageModel Model, LoraAdapters? Adapters) Build(
        GoldenCase golden,
        JsonElement config,
        LoraConfig? lora,
        string prefix = ""
    )
    {
        (_, LanguageConfig shape) = PublishedLanguageConfig.Read(golden.Folder, config);
        Tensor embedding = golden[
            golden.Names($"weights/{prefix}").Single(name => name.EndsWith("tok_embeddings.weight", StringComparison.Ordinal))
        ];
        var model = new TorchLanguageModel(shape, (int)embedding.shape[0], Placement.Default);
        LoraAdapters? adapters = lora is null ? null : new LoraAdapters(model, lora, Placement.Default);
        var targets = model
            .named_parameters()
            .Concat(adapters?.named_parameters() ?? [])
            .ToDictionary(p => p.name, p => p.parameter);
        var missing = targets.Keys.ToHashSet();
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in golden.Weights().Where(w => w.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string? key = InternLm2Keys.FromPublished(name[prefix.Length..]);
            golden.Require(key is not null && targets.ContainsKey(key), name, "no parameter of the model has this name");
            targets[key!].copy_(value);
            missing.Remove(key!);
        }

        golden.Require(missing.Count == 0, "weights", $"the case fills no {string.Join(", ", missing)}");
        if (adapters is not null)
        {
            adapters.eval(); // no dropout
            model.Attach(adapters);
        }

        return (model, adapters);
    }

    /// <summary>Rank and alpha as a case writes them.</summary>
    public static LoraConfig Lora(JsonElement element) =>
        new()
        {
            Rank = element.GetProperty("r").GetInt32(),
            Alpha = (
                element.TryGetProperty("alpha", out JsonElement alpha) ? alpha : element.GetProperty("lora_alpha")
            ).GetDouble(),
        };

    /// <summary>Compares under an attention mask: rows of padding mean nothing.</summary>
    public static void CheckMasked(GoldenCase golden, string name, Tensor actual, Tensor attentionMask)
    {
        Tensor rows = attentionMask.flatten().nonzero().squeeze(-1);
        golden.Compare(
            $"out/{name}",
            actual.flatten(0, 1).index_select(0, rows),
            golden[$"out/{name}"].flatten(0, 1).index_select(0, rows)
        );
    }

    /// <summary>Generates greedily with the cache and compares tokens, logits of every step and hidden states of every
    /// position.</summary>
    public static void CheckGeneration(GoldenCase golden, ILanguageModel model)
    {
        int count = (int)golden["out/generated_ids"].shape[0];
        using IKeyValueCache cache = model.CreateCache();
        var ids = new List<long>();
        var logits = new List<Tensor>();
        Tensor hidden = model.Forward(golden.In("prompt_embeds"), cache);
        var states = new List<Tensor> { hidden[0] };
        while (true)
        {
            logits.Add(model.Logits(hidden[0, -1]));
            ids.Add(logits[^1].argmax().item<long>());
            if (ids.Count == count)
            {
                break;
            }

            hidden = model.Forward(model.Embed(tensor(new[] { ids[^1] }).unsqueeze(0)), cache);
            states.Add(hidden[0]);
        }

        golden.Check("generated_ids", tensor(ids.ToArray()));
        golden.Check("step_logits", stack(logits));
        golden.Check("generation_hidden", cat(states, dim: 0));
    }
}
