namespace OmgLlava.Training.Recipes;

/// <summary>Settings of the contrastive stage.</summary>
internal sealed record ContrastiveRecipe
{
    /// <summary>Width of the word encoder, which reads bytes.</summary>
    public int WordWidth { get; init; } = 128;

    /// <summary>Layers of the word encoder.</summary>
    public int WordLayers { get; init; } = 2;

    /// <summary>Heads of the word encoder.</summary>
    public int WordHeads { get; init; } = 4;

    /// <summary>Factor of the learning rate of the image encoder; 0 leaves it as it is.</summary>
    public double EncoderRate { get; init; } = 1;

    internal void Validate()
    {
        Recipe.Require(EncoderRate >= 0, "contrastive: encoder_rate must not be negative");
        Recipe.Require(
            WordLayers > 0 && WordHeads > 0 && WordWidth > 0 && WordWidth % WordHeads == 0,
            "contrastive: word_width must be a multiple of word_heads"
        );
    }
}
