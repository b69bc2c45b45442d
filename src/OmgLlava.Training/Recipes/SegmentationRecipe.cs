namespace OmgLlava.Training.Recipes;

/// <summary>Settings of the segmentation stage; the weights are those of Mask2Former and OMG-Seg.</summary>
internal sealed record SegmentationRecipe
{
    /// <summary>Weight of the classification loss, and of the class in matching.</summary>
    public double ClassWeight { get; init; } = 2;

    /// <summary>What queries without an object count in the classification loss.</summary>
    public double NoObjectWeight { get; init; } = 0.1;

    /// <summary>Weight of the loss of the expected IoU.</summary>
    public double IouWeight { get; init; } = 1;

    /// <summary>Weight of the loss of the state that a thing is in (broken, upside down), which queries are asked for while they
    /// learn and which no published model has; 0 for none. What reads the states off the queries is not a part of the
    /// model.</summary>
    public double ConditionWeight { get; init; }

    /// <summary>Objects of each picture that are also asked for by a point or a box.</summary>
    public int Prompts { get; init; } = 4;

    /// <summary>Factor of the learning rate of the image encoder; 0 leaves it as it is.</summary>
    public double EncoderRate { get; init; } = 1;

    /// <summary>Steps before the image encoder begins to learn: one that others trained is best left alone until the parts behind
    /// it can read it.</summary>
    public int EncoderStart { get; init; }

    /// <summary>The size of the model's input as training goes on, by rising steps; empty for the model's own.</summary>
    public IReadOnlyList<InputSize> Sizes { get; init; } = [];

    /// <summary>
    /// Compares the masks of all depths but the last on half as many rows and columns as the mask features have, which takes a
    /// quarter of the time; the last masks, which are those that the model gives, are compared as they are.
    /// </summary>
    public bool CoarseDepths { get; init; }

    /// <summary>The size of the model's input at a step; null for the model's own.</summary>
    internal int? SizeAt(long step) => Sizes.LastOrDefault(size => size.From <= step)?.Size;

    internal void Validate()
    {
        Recipe.Require(
            ClassWeight > 0 && NoObjectWeight > 0 && IouWeight >= 0 && ConditionWeight >= 0,
            "segmentation: class_weight and no_object_weight must be positive, iou_weight and condition_weight not negative"
        );
        Recipe.Require(
            Prompts >= 0 && EncoderRate >= 0 && EncoderStart >= 0,
            "segmentation: prompts, encoder_rate and encoder_start must not be negative"
        );
        Recipe.Require(
            Sizes.All(size => size.IsValid) && Sizes.Zip(Sizes.Skip(1)).All(pair => pair.First.From < pair.Second.From),
            "segmentation: sizes must be multiples of 32 pixels, from rising steps on"
        );
    }
}
