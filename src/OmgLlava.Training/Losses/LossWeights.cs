namespace OmgLlava.Training.Losses;

/// <summary>What each loss counts beside the language loss. Defaults are the published ones.</summary>
internal sealed record LossWeights
{
    /// <summary>Of the dice loss, summed over the decoder's stages.</summary>
    public double Dice { get; init; } = 0.1;

    /// <summary>Of the masks' cross-entropy, summed over the decoder's stages.</summary>
    public double MaskCrossEntropy { get; init; } = 0.4;

    /// <summary>Of the projectors' regularisation. Null is as published: 10 in pretraining, none in instruction tuning.</summary>
    public double? Projector { get; init; }

    /// <summary>Of <see cref="ObjectAttentionLoss.Compute"/>; not in the paper, and 0 leaves it out.</summary>
    public double GroundedAttention { get; init; }
}
