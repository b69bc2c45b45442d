namespace OmgLlava.Training.Recipes;

/// <summary>Settings of the language stage.</summary>
internal sealed record LanguageRecipe
{
    /// <summary>Whether a tokenizer is trained on the same text first; else the model's own is kept.</summary>
    public bool TrainTokenizer { get; init; } = true;

    /// <summary>Samples whose text the tokenizer learns from.</summary>
    public int TokenizerSamples { get; init; } = 20000;

    internal void Validate() => Recipe.Require(TokenizerSamples > 0, "language.tokenizer_samples must be positive");
}
