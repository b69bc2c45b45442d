using OmgLlava.Training.Engine;
using OmgLlava.Training.Ranks;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Sets up the stage that a recipe names.</summary>
internal static class StageFactory
{
    /// <param name="recipe">The recipe.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="note">Told what happens.</param>
    /// <param name="source">Samples to take instead of the recipe's.</param>
    /// <param name="ranks">The processes that train together; the first one makes what all others then use.</param>
    public static ITrainingStage Create(
        Recipe recipe,
        Device device,
        Action<string> note,
        ISceneSource? source = null,
        RankGroup? ranks = null
    )
    {
        source ??= SceneSources.Open(recipe);
        if (recipe.Stage == RecipeStage.Language && ranks is { Count: > 1 })
        {
            ITrainingStage? first = ranks.IsFirst ? new LanguageStage(recipe, source, device, note) : null;
            ranks.ShareFiles(LanguageStage.TokenizerFolder(recipe));
            return first ?? new LanguageStage(recipe, source, device, note);
        }

        return recipe.Stage switch
        {
            RecipeStage.Contrastive => new ContrastiveStage(recipe, source, device),
            RecipeStage.Segmentation => new SegmentationStage(recipe, source, device),
            RecipeStage.Language => new LanguageStage(recipe, source, device, note),
            _ => new AlignmentStage(recipe, source, device),
        };
    }
}
