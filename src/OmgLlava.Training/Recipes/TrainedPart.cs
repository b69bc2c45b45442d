namespace OmgLlava.Training.Recipes;

/// <summary>Parts of the model that the alignment stages can train.</summary>
internal enum TrainedPart
{
    /// <summary>Both projectors.</summary>
    Projectors,

    /// <summary>The low-rank adapters of the language model.</summary>
    Adapters,

    /// <summary>The language model's embedding and head.</summary>
    Vocabulary,

    /// <summary>The whole language model.</summary>
    Language,

    /// <summary>The decoder of [SEG] masks.</summary>
    MaskDecoder,

    /// <summary>All of perception: end to end.</summary>
    Perception,
}
