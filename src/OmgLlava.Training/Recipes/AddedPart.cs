namespace OmgLlava.Training.Recipes;

/// <summary>Parts of the model that a published one may lack.</summary>
public enum AddedPart
{
    /// <summary>Visual tokens are told where they stand, at first by nothing: <see cref="Alignment.AlignmentConfig.TokenPlaces"/>.</summary>
    TokenPlaces,

    /// <summary>Object tokens come from left to right, which a language model must get used to: <see cref="Alignment.AlignmentConfig.SortedObjects"/>.</summary>
    SortedObjects,

    /// <summary>No object has two tokens: <see cref="Perception.PerceptionConfig.DistinctObjects"/>.</summary>
    DistinctObjects,

    /// <summary>Two more layers of the language model, behind those in which nouns find what they name, so that there is more room to compare it; at first they change nothing.</summary>
    LanguageLayers,

    /// <summary>A copy of the mask decoder for [SEG] alone, a new one where there is one already: <see cref="Alignment.AlignmentConfig.SeparateMaskDecoder"/>.</summary>
    MaskDecoder,

    /// <summary>The mask decoder sees places, at first a little: <see cref="Perception.PerceptionConfig.MaskPlaces"/>.</summary>
    MaskPlaces,

    /// <summary>The last masks are twice as fine, by a level of 32 channels: <see cref="Perception.PerceptionConfig.MaskDetailChannels"/>.</summary>
    MaskDetail,

    /// <summary>Queries of visual prompts know where they were put, at first not: <see cref="Perception.PerceptionConfig.PromptPlaces"/>.</summary>
    PromptPlaces,
}
