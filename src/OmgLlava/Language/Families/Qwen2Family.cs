namespace OmgLlava.Language;

/// <summary>Qwen2 and Qwen2.5 (Yang et al. 2024): biases on queries, keys and values, often a head that is the embedding,
/// byte-level BPE.</summary>
internal static class Qwen2Family
{
    public static LanguageFamily Instance { get; } =
        new("qwen2", ReadConfig, SeparateWeights.Of, tokenizer => new ChatTemplate { Begin = tokenizer.Begin });

    private static LanguageConfig ReadConfig(PublishedLanguageConfig published)
    {
        LanguageConfig config = published.ReadCommon(beginToken: 151643, endToken: 151643) with { QueryKeyValueBias = true };
        if (published.Flag("use_sliding_window", false) && published.Integer("max_window_layers", 28) < config.Layers)
        {
            published.Refuse("use_sliding_window", "a sliding window in some of its layers");
        }

        return config;
    }
}
