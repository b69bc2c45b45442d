namespace OmgLlava.Language;

/// <summary>Llama 2 and 3 (Touvron et al. 2023, Dubey et al. 2024), and what was trained from or like them.</summary>
internal static class LlamaFamily
{
    public static LanguageFamily Instance { get; } = new("llama", ReadConfig, SeparateWeights.Of, Template);

    private static LanguageConfig ReadConfig(PublishedLanguageConfig published)
    {
        published.Refuse("mlp_bias", "biases in the feed-forward network");
        return published.ReadCommon(beginToken: 1, endToken: 2) with { Bias = published.Flag("attention_bias", false) };
    }

    private static ChatTemplate Template(Tokenizer tokenizer)
    {
        if (tokenizer.Find("<|start_header_id|>") is not null)
        {
            return new ChatTemplate
            {
                Begin = tokenizer.Begin,
                System = "<|start_header_id|>system<|end_header_id|>\n\n{system}<|eot_id|>",
                Instruction =
                    "<|start_header_id|>user<|end_header_id|>\n\n{input}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
                Separator = "",
                TurnEnd = "<|eot_id|>",
            };
        }

        return tokenizer.Find("<|im_start|>") is not null
            ? new ChatTemplate { Begin = tokenizer.Begin }
            : new ChatTemplate
            {
                Begin = tokenizer.Begin,
                System = "[INST] <<SYS>>\n{system}\n<</SYS>>\n[/INST] ",
                Instruction = "[INST] {input} [/INST]",
                Separator = tokenizer.Begin,
                TurnEnd = "</s>",
            };
    }
}
