namespace OmgLlava.Language;

/// <summary>InternLM2 (Cai et al. 2024): queries, keys and values in one matrix; the language model of the published
/// OMG-LLaVA.</summary>
internal static class InternLm2Family
{
    public static LanguageFamily Instance { get; } =
        new("internlm2", ReadConfig, Weights: null, _ => new ChatTemplate()) { AdaptsHead = true };

    private static LanguageConfig ReadConfig(PublishedLanguageConfig published) =>
        published.ReadCommon(beginToken: 1, endToken: 2) with
        {
            Bias = published.Flag("bias", false),
        };
}
