namespace OmgLlava.Training.Recipes;

/// <summary>The five stages of the whole recipe.</summary>
internal enum RecipeStage
{
    /// <summary>The image encoder and a small word encoder learn which picture belongs to which words (CLIP).</summary>
    Contrastive,

    /// <summary>Perception learns masks, classes and prompts (OMG-Seg).</summary>
    Segmentation,

    /// <summary>The language model learns from text alone.</summary>
    Language,

    /// <summary>Only the projectors learn, before a frozen perception and a frozen language model (published stage
    /// one).</summary>
    Pretraining,

    /// <summary>Projectors, adapters, embedding and head learn to answer with words and masks (published stage two).</summary>
    InstructionTuning,
}
