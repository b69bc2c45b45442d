using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Sets up the stage that a recipe names.</summary>
internal static class StageFactory
{
    public static ITrainingStage Create(Recipe recipe, Device device, Action<string> note, ISceneSource? source = null)
    {
        source ??= SceneSources.Open(recipe);
        return recipe.Stage switch
        {
            RecipeStage.Contrastive => new ContrastiveStage(recipe, source, device),
            RecipeStage.Segmentation => new SegmentationStage(recipe, source, device),
            RecipeStage.Language => new LanguageStage(recipe, source, device, note),
            _ => new AlignmentStage(recipe, source, device),
        };
    }
}
