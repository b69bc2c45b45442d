namespace OmgLlava.Language;

/// <summary>Phi-3 (Abdin et al. 2024): fused matrices, a sliding window or long-range RoPE, turns that end with
/// <c>&lt;|end|&gt;</c>.</summary>
internal static class Phi3Family
{
    public static LanguageFamily Instance { get; } =
        new(
            "phi3",
            ReadConfig,
            Weights,
            tokenizer => new ChatTemplate
            {
                Begin = tokenizer.Begin,
                System = "<|system|>\n{system}<|end|>\n",
                Instruction = "<|user|>\n{input}<|end|>\n<|assistant|>\n",
                TurnEnd = "<|end|>",
            }
        );

    private static LanguageConfig ReadConfig(PublishedLanguageConfig published)
    {
        published.Refuse("attention_bias", "biases in its attention");
        return published.ReadCommon(beginToken: 1, endToken: 32000) with
        {
            SlidingWindow = published.OptionalInteger("sliding_window"),
            PartialRotaryFactor = published.OptionalNumber("partial_rotary_factor"),
        };
    }

    private static IEnumerable<WeightRule> Weights(LanguageConfig config) => SeparateWeights.Of(config, Layer);

    private static IEnumerable<WeightRule> Layer(LanguageConfig config, string layer)
    {
        int wide = config.FeedForwardSize;
        int rows = config.FusedWidth;
        // Published: all queries, all keys, all values, one behind the other.
        yield return new(
            layer + "attention.wqkv.weight",
            [(layer + "self_attn.qkv_proj.weight", rows)],
            SeparateWeights.FusedRows(config)
        );
        yield return new(
            layer + "feed_forward.w1.weight",
            [(layer + "mlp.gate_up_proj.weight", 2 * wide)],
            [new RowRange(0, wide)]
        );
        yield return new(
            layer + "feed_forward.w3.weight",
            [(layer + "mlp.gate_up_proj.weight", 2 * wide)],
            [new RowRange(wide, wide)]
        );
    }
}
