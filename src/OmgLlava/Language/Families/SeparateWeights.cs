namespace OmgLlava.Language;

/// <summary>
/// The weights of the families that Hugging Face lays out as Llama: <c>model.embed_tokens</c>,
/// <c>model.layers.N.self_attn.q_proj</c> and so on. Ours are those of InternLM2, where the rows of queries, keys and values are
/// one matrix: for each key head its group of queries, the key, the value.
/// </summary>
internal static class SeparateWeights
{
    /// <summary>All tensors, with separate matrices in every layer.</summary>
    public static IEnumerable<WeightRule> Of(LanguageConfig config) => Of(config, Layer);

    /// <summary>All tensors.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="inner">The matrices of a layer, by the configuration and the beginning of the layer's names, that the
    /// families do not share.</param>
    public static IEnumerable<WeightRule> Of(LanguageConfig config, Func<LanguageConfig, string, IEnumerable<WeightRule>> inner)
    {
        int width = config.HiddenSize;
        yield return new("token_embedding.weight", [("embed_tokens.weight", 0)]);
        for (int i = 0; i < config.Layers; i++)
        {
            string layer = $"layers.{i}.";
            yield return new(layer + "attention_norm.weight", [(layer + "input_layernorm.weight", width)]);
            yield return new(layer + "attention.wo.weight", [(layer + "self_attn.o_proj.weight", width)]);
            if (config.HasOutputBias)
            {
                yield return new(layer + "attention.wo.bias", [(layer + "self_attn.o_proj.bias", width)]);
            }

            yield return new(layer + "feed_forward_norm.weight", [(layer + "post_attention_layernorm.weight", width)]);
            yield return new(layer + "feed_forward.w2.weight", [(layer + "mlp.down_proj.weight", width)]);
            foreach (WeightRule rule in inner(config, layer))
            {
                yield return rule;
            }
        }

        yield return new("norm.weight", [("norm.weight", width)]);
        if (!config.TieWordEmbeddings)
        {
            yield return new("head.weight", [("lm_head.weight", 0)]);
        }
    }

    /// <summary>The order of our fused rows, counted over all queries, then all keys, then all values.</summary>
    public static IReadOnlyList<RowRange> FusedRows(LanguageConfig config)
    {
        (int size, int heads) = (config.HeadSize, config.KeyValueHeads);
        int group = config.Heads / heads * size;
        int keys = config.AttentionWidth;
        int values = keys + (heads * size);
        return
        [
            .. Enumerable
                .Range(0, heads)
                .SelectMany(head =>
                    (RowRange[])[new(head * group, group), new(keys + (head * size), size), new(values + (head * size), size)]
                ),
        ];
    }

    private static IEnumerable<WeightRule> Layer(LanguageConfig config, string layer)
    {
        yield return Fused("weight");
        if (config.HasQueryKeyValueBias)
        {
            yield return Fused("bias");
        }

        yield return new(layer + "feed_forward.w1.weight", [(layer + "mlp.gate_proj.weight", config.FeedForwardSize)]);
        yield return new(layer + "feed_forward.w3.weight", [(layer + "mlp.up_proj.weight", config.FeedForwardSize)]);

        WeightRule Fused(string what)
        {
            int keys = config.KeyValueHeads * config.HeadSize;
            string attention = layer + "self_attn.";
            return new WeightRule(
                layer + "attention.wqkv." + what,
                [
                    ($"{attention}q_proj.{what}", config.AttentionWidth),
                    ($"{attention}k_proj.{what}", keys),
                    ($"{attention}v_proj.{what}", keys),
                ],
                FusedRows(config)
            );
        }
    }
}
