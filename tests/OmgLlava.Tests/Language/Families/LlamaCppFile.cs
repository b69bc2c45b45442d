using System.Text.Json.Nodes;
using OmgLlava.Bench;

namespace OmgLlava.Tests.Language.Families;

/// <summary>Writes a published case as GGUF, as llama.cpp's own converter does: straight from the published tensors, by no code
/// of ours.</summary>
internal static class LlamaCppFile
{
    public static void Write(string path, PublishedCase model)
    {
        string arch = model.Family;
        JsonNode config = model.Config;
        var metadata = new List<(string Key, object Value)>
        {
            ("general.architecture", arch),
            ("general.name", "random"),
            ($"{arch}.context_length", config["max_position_embeddings"]!.GetValue<uint>()),
            ($"{arch}.embedding_length", (uint)PublishedCase.Width),
            ($"{arch}.block_count", (uint)PublishedCase.Layers),
            ($"{arch}.feed_forward_length", (uint)PublishedCase.FeedForward),
            ($"{arch}.attention.head_count", (uint)PublishedCase.Heads),
            ($"{arch}.attention.head_count_kv", (uint)model.KeyHeads),
            ($"{arch}.attention.key_length", (uint)model.HeadSize),
            ($"{arch}.attention.value_length", (uint)model.HeadSize),
            ($"{arch}.attention.layer_norm_rms_epsilon", config["rms_norm_eps"]!.GetValue<float>()),
            ($"{arch}.rope.freq_base", config["rope_theta"]!.GetValue<float>()),
            ($"{arch}.rope.dimension_count", (uint)model.HeadSize),
            ($"{arch}.vocab_size", (uint)PublishedCase.Vocabulary),
        };
        List<(string, long[], float[])> tensors = [.. Tensors(model)];
        if (config["rope_scaling"] is { } scaling)
        {
            string type = (scaling["rope_type"] ?? scaling["type"])!.GetValue<string>();
            double original =
                (scaling["original_max_position_embeddings"] ?? config["original_max_position_embeddings"])?.GetValue<double>()
                ?? 0;
            switch (type)
            {
                case "linear":
                    metadata.AddRange([
                        ($"{arch}.rope.scaling.type", "linear"),
                        ($"{arch}.rope.scaling.factor", scaling["factor"]!.GetValue<float>()),
                    ]);
                    break;
                case "llama3":
                    tensors.Add(("rope_freqs.weight", [model.HeadSize / 2], Llama3Factors(model, scaling, original)));
                    break;
                default:
                    double stretch = config["max_position_embeddings"]!.GetValue<double>() / original;
                    metadata.AddRange([
                        ($"{arch}.rope.scaling.original_context_length", (uint)original),
                        ($"{arch}.rope.scaling.attn_factor", (float)Math.Sqrt(1 + (Math.Log(stretch) / Math.Log(original)))),
                    ]);
                    tensors.AddRange(
                        ((string[])["short", "long"]).Select(kind =>
                            (
                                $"rope_factors_{kind}.weight",
                                new long[] { model.HeadSize / 2 },
                                scaling[$"{kind}_factor"]!.AsArray().Select(f => f!.GetValue<float>()).ToArray()
                            )
                        )
                    );
                    break;
            }
        }

        GgufWriter.Write(
            path,
            [.. metadata, .. GgufWriter.MadeUpVocabulary(PublishedCase.Vocabulary)],
            [.. tensors.Select(tensor => GgufWriter.Floats(tensor.Item1, tensor.Item2, tensor.Item3))]
        );
    }

    private static float[] Llama3Factors(PublishedCase model, JsonNode scaling, double original)
    {
        double theta = model.Config["rope_theta"]!.GetValue<double>();
        (double factor, double low, double high) = (
            scaling["factor"]!.GetValue<double>(),
            scaling["low_freq_factor"]!.GetValue<double>(),
            scaling["high_freq_factor"]!.GetValue<double>()
        );
        return
        [
            .. Enumerable
                .Range(0, model.HeadSize / 2)
                .Select(i =>
                {
                    double length = 2 * Math.PI * Math.Pow(theta, 2.0 * i / model.HeadSize);
                    double smooth = ((original / length) - low) / (high - low);
                    return (float)(
                        length < original / high ? 1
                        : length > original / low ? factor
                        : 1 / (((1 - smooth) / factor) + smooth)
                    );
                }),
        ];
    }

    private static IEnumerable<(string Name, long[] Shape, float[] Values)> Tensors(PublishedCase model)
    {
        (int queries, int keys) = (PublishedCase.Heads * model.HeadSize, model.KeyHeads * model.HeadSize);
        bool turns = model.Family is "llama" or "internlm2"; // there llama.cpp turns neighbours, not halves
        foreach ((string name, (long[] shape, float[] values)) in model.Tensors)
        {
            string[] parts = name.Split('.');
            string layer = parts is ["model", "layers", ..] ? $"blk.{parts[2]}." : "";
            string inner = layer.Length > 0 ? string.Join('.', parts[3..^1]) : string.Join('.', parts[..^1]);
            int columns = shape.Length > 1 ? (int)shape[1] : 1;
            if (inner == "attention.wqkv")
            {
                // For each key head its queries, the key, the value.
                int group = PublishedCase.Heads / model.KeyHeads;
                foreach (
                    (string part, int first, int count) in ((string, int, int)[])
                        [("q", 0, group), ("k", group, 1), ("v", group + 1, 1)]
                )
                {
                    float[] rows =
                    [
                        .. Enumerable
                            .Range(0, model.KeyHeads)
                            .SelectMany(head =>
                                values
                                    .Skip(((head * (group + 2)) + first) * model.HeadSize * columns)
                                    .Take(count * model.HeadSize * columns)
                            ),
                    ];
                    yield return (
                        $"{layer}attn_{part}.weight",
                        [columns, rows.Length / columns],
                        part == "v" ? rows : Interleave(rows, model.HeadSize, columns)
                    );
                }

                continue;
            }

            string target = inner switch
            {
                "model.tok_embeddings" or "model.embed_tokens" => "token_embd",
                "model.norm" => "output_norm",
                "output" or "lm_head" => "output",
                "attention_norm" or "input_layernorm" => "attn_norm",
                "ffn_norm" or "post_attention_layernorm" => "ffn_norm",
                "attention.wo" or "self_attn.o_proj" => "attn_output",
                "feed_forward.w1" or "mlp.gate_proj" => "ffn_gate",
                "feed_forward.w3" or "mlp.up_proj" or "mlp.gate_up_proj" => "ffn_up",
                "feed_forward.w2" or "mlp.down_proj" => "ffn_down",
                "self_attn.q_proj" => "attn_q",
                "self_attn.k_proj" => "attn_k",
                "self_attn.v_proj" => "attn_v",
                "self_attn.qkv_proj" => "attn_qkv",
                _ => throw new InvalidOperationException($"llama.cpp has no name for {name}."),
            };
            float[] data = turns && (target is "attn_q" or "attn_k") ? Interleave(values, model.HeadSize, columns) : values;
            yield return ($"{layer}{target}.{parts[^1]}", [.. shape.Reverse()], data);
        }
    }

    /// <summary>Of every head the rows i and i + half beside one another.</summary>
    private static float[] Interleave(float[] values, int headSize, int columns)
    {
        int half = headSize / 2;
        float[] result = new float[values.Length];
        for (int row = 0; row < values.Length / columns; row++)
        {
            (int head, int at) = (row / headSize * headSize, row % headSize);
            int target = head + (at < half ? 2 * at : (2 * (at - half)) + 1);
            values.AsSpan(row * columns, columns).CopyTo(result.AsSpan(target * columns));
        }

        return result;
    }
}
