namespace OmgLlava.Training.Losses;

/// <summary>What each loss counts beside the language loss. Defaults are the published ones.</summary>
internal sealed record LossWeights
{
    /// <summary>Of the dice loss, summed over the decoder's stages.</summary>
    public double Dice { get; init; } = 0.1;

    /// <summary>Of the masks' cross-entropy, summed over the decoder's stages.</summary>
    public double MaskCrossEntropy { get; init; } = 0.4;

    /// <summary>Of the projectors' regularisation in the first training stage.</summary>
    public double Projector { get; init; } = 10;

    /// <summary>Of <see cref="ObjectAttentionLoss.Compute"/>; not in the paper, and 0 leaves it out.</summary>
    public double GroundedAttention { get; init; }
}
