namespace OmgLlava.Language;

/// <summary>
/// A family of published language models with all that is particular to it: how its configuration is written, where its weights
/// go, how it is spoken to. What runs a model knows none of this, only the outcome: a <see cref="LanguageConfig"/> and tensors by
/// our names.
/// </summary>
/// <param name="ModelType">What a published <c>config.json</c> says in <c>model_type</c>.</param>
/// <param name="ReadConfig">Reads such a file.</param>
/// <param name="Weights">What our tensors are made of; null where the files hold them as they are
/// (<see cref="InternLm2Keys"/>).</param>
/// <param name="Template">The conversation format, by what the tokenizer has.</param>
internal sealed record LanguageFamily(
    string ModelType,
    Func<PublishedLanguageConfig, LanguageConfig> ReadConfig,
    Func<LanguageConfig, IEnumerable<WeightRule>>? Weights,
    Func<Tokenizer, ChatTemplate> Template
)
{
    /// <summary>Every family.</summary>
    public static IReadOnlyList<LanguageFamily> All { get; } =
    [InternLm2Family.Instance, LlamaFamily.Instance, Phi3Family.Instance, Qwen2Family.Instance];

    /// <summary>
    /// Whether the head is one of the linear layers that adapters are made for. The published fine-tuning leaves out a layer that
    /// is called <c>lm_head</c>; that of InternLM2 is not.
    /// </summary>
    public bool AdaptsHead { get; init; }

    /// <summary>The family of a type.</summary>
    /// <exception cref="OmgLlavaException">There is none; the message lists those that there are.</exception>
    public static LanguageFamily Of(string modelType) =>
        All.FirstOrDefault(family => family.ModelType == modelType)
        ?? throw new OmgLlavaException(
            $"The language model is of the type '{modelType}'; known are "
                + $"{string.Join(", ", All.Select(family => $"'{family.ModelType}'"))}."
        );
}
