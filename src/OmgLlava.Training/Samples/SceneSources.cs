using OmgLlava.Data;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.World;

namespace OmgLlava.Training.Samples;

/// <summary>Opens the samples that a recipe names.</summary>
internal static class SceneSources
{
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="OmgLlavaException">Art or data are missing or damaged; the message names file and line.</exception>
    public static ISceneSource Open(Recipe recipe)
    {
        if (recipe.Data.Folder is not null)
        {
            return new FolderScenes(DataFolder.Open(recipe.Data.Folder, recipe.Data.Split), recipe.Stage);
        }

        OmgLlavaConfig config = recipe.Shape is null ? Weights.ModelDirectory.ReadConfig(recipe.Model!) : OmgLlavaConfig.Load(recipe.Shape);
        return new WorldScenes([.. recipe.Data.Art.Select(ArtPack.Load)], recipe.Data, config.Image.Size);
    }
}
