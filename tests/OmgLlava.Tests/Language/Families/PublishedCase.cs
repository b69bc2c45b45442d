using System.Text.Json.Nodes;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Language.Families;

/// <summary>A small language model of a family with random weights, in the layout and under the names in which such models are
/// published.</summary>
internal sealed class PublishedCase
{
    public const int Width = 64;
    public const int Layers = 3;
    public const int FeedForward = 96;
    public const int Vocabulary = 288;
    public const int Heads = 4;

    private readonly Random _random;

    private PublishedCase(string name, int seed, int keyHeads, int headSize, int tokens, JsonObject config)
    {
        (Name, KeyHeads, HeadSize, _random) = (name, keyHeads, headSize, new Random(seed));
        Tokens = [.. Enumerable.Range(0, tokens).Select(i => (long)((5 + (i * 37)) % Vocabulary))];
        foreach (
            (string field, int value) in ((string, int)[])
                [
                    ("hidden_size", Width),
                    ("num_hidden_layers", Layers),
                    ("num_attention_heads", Heads),
                    ("num_key_value_heads", keyHeads),
                    ("intermediate_size", FeedForward),
                    ("vocab_size", Vocabulary),
                    ("head_dim", headSize),
                ]
        )
        {
            config[field] = value;
        }

        config.TryAdd("rms_norm_eps", 1e-5);
        config.TryAdd("max_position_embeddings", 512);
        Config = Json(config.ToJsonString());
        MakeTensors();
    }

    /// <summary>One case for each family, and for each kind of RoPE that llama.cpp has, too.</summary>
    public static IReadOnlyList<string> Names { get; } = ["internlm2", "llama", "llama_linear", "qwen2", "phi3", "phi3_long"];

    public string Name { get; }

    public int KeyHeads { get; }

    public int HeadSize { get; }

    public JsonObject Config { get; }

    /// <summary>What the model is to read.</summary>
    public long[] Tokens { get; }

    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    public string Family => Config["model_type"]!.GetValue<string>();

    public bool Tied => Config["tie_word_embeddings"]?.GetValue<bool>() ?? false;

    public static PublishedCase Create(string name) =>
        name switch
        {
            "internlm2" => new(
                name,
                seed: 1,
                keyHeads: 2,
                headSize: 16,
                tokens: 24,
                Json("""{ "model_type": "internlm2", "rope_theta": 1000000, "bias": false }""")
            ),
            "llama" => new(
                name,
                seed: 2,
                keyHeads: 2,
                headSize: 24,
                tokens: 100,
                Json(
                    """
                    {
                      "model_type": "llama", "rope_theta": 500000, "attention_bias": true, "tie_word_embeddings": true, "eos_token_id": [2, 7],
                      "rope_scaling": { "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64 }
                    }
                    """
                )
            ),
            "llama_linear" => new(
                name,
                seed: 3,
                keyHeads: 4,
                headSize: 16,
                tokens: 24,
                Json(
                    """
                    { "model_type": "llama", "rope_theta": 10000, "rope_scaling": { "type": "linear", "factor": 2.5 } }
                    """
                )
            ),
            "qwen2" => new(
                name,
                seed: 4,
                keyHeads: 1,
                headSize: 16,
                tokens: 24,
                Json(
                    """
                    { "model_type": "qwen2", "rope_theta": 1000000, "tie_word_embeddings": true, "use_sliding_window": false, "sliding_window": 64, "max_window_layers": 2 }
                    """
                )
            ),
            "phi3" => new(name, seed: 5, keyHeads: 2, headSize: 16, tokens: 24, LongRope(original: 256)),
            "phi3_long" => new(name, seed: 5, keyHeads: 2, headSize: 16, tokens: 100, LongRope(original: 64)),
            _ => throw new ArgumentException($"There is no case '{name}'.", nameof(name)),
        };

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c>.</summary>
    public void Write(TemporaryFolder folder)
    {
        File.WriteAllText(folder["config.json"], Config.ToJsonString());
        using var scope = NewDisposeScope();
        TorchTensors.Write(
            folder["model.safetensors"],
            Tensors.ToDictionary(t => t.Key, t => tensor(t.Value.Values).reshape(t.Value.Shape))
        );
    }

    /// <summary>Reads such a folder as the conversion does.</summary>
    public static (LanguageConfig Config, ITensorSource Weights) Read(string folder)
    {
        (_, LanguageConfig config) = PublishedLanguageConfig.Read(folder);
        return (config, FamilyTensors.Open(TensorSources.Open(folder), folder));
    }

    /// <summary>Pairs of numbers that turn together each have a factor.</summary>
    private static JsonObject LongRope(int original)
    {
        JsonObject config = Json(
            """{ "model_type": "phi3", "rope_theta": 10000, "rope_scaling": { "type": "longrope" }, "eos_token_id": 7 }"""
        );
        config["original_max_position_embeddings"] = original;
        config["rope_scaling"]!["short_factor"] = new JsonArray([
            .. Enumerable.Range(0, 8).Select(i => JsonValue.Create(1 + (0.05 * i))),
        ]);
        config["rope_scaling"]!["long_factor"] = new JsonArray([
            .. Enumerable.Range(0, 8).Select(i => JsonValue.Create(1 + (0.9 * i))),
        ]);
        return config;
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private void MakeTensors()
    {
        (int queries, int keys) = (Heads * HeadSize, KeyHeads * HeadSize);
        bool internLm2 = Family == "internlm2";
        Add(internLm2 ? "model.tok_embeddings.weight" : "model.embed_tokens.weight", 1, Vocabulary, Width);
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"model.layers.{i}.";
            if (internLm2)
            {
                Norm(layer + "attention_norm.weight");
                Norm(layer + "ffn_norm.weight");
                Matrix(layer + "attention.wqkv.weight", queries + (2 * keys), Width);
                Matrix(layer + "attention.wo.weight", Width, queries);
                Matrix(layer + "feed_forward.w1.weight", FeedForward, Width);
                Matrix(layer + "feed_forward.w3.weight", FeedForward, Width);
                Matrix(layer + "feed_forward.w2.weight", Width, FeedForward);
                continue;
            }

            Norm(layer + "input_layernorm.weight");
            Norm(layer + "post_attention_layernorm.weight");
            Matrix(layer + "self_attn.o_proj.weight", Width, queries);
            Matrix(layer + "mlp.down_proj.weight", Width, FeedForward);
            if (Family == "phi3")
            {
                Matrix(layer + "self_attn.qkv_proj.weight", queries + (2 * keys), Width);
                Matrix(layer + "mlp.gate_up_proj.weight", 2 * FeedForward, Width);
                continue;
            }

            bool outputBias = Config["attention_bias"]?.GetValue<bool>() ?? false;
            foreach ((string part, int rows) in ((string, int)[])[("q", queries), ("k", keys), ("v", keys)])
            {
                Matrix($"{layer}self_attn.{part}_proj.weight", rows, Width);
                if (outputBias || Family == "qwen2")
                {
                    Add($"{layer}self_attn.{part}_proj.bias", 0.5, rows);
                }
            }

            if (outputBias)
            {
                Add(layer + "self_attn.o_proj.bias", 0.5, Width);
            }

            Matrix(layer + "mlp.gate_proj.weight", FeedForward, Width);
            Matrix(layer + "mlp.up_proj.weight", FeedForward, Width);
        }

        Norm("model.norm.weight");
        if (!Tied)
        {
            Add(internLm2 ? "output.weight" : "lm_head.weight", 0.5, Vocabulary, Width);
        }
    }

    private void Matrix(string name, int rows, int columns) => Add(name, 1.5 / Math.Sqrt(columns), rows, columns);

    private void Norm(string name)
    {
        Add(name, 0.1, Width);
        float[] values = Tensors[name].Values;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += 1;
        }
    }

    private void Add(string name, double deviation, params long[] shape) =>
        Tensors[name] = (
            shape,
            [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(deviation * Normal()))]
        );

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
