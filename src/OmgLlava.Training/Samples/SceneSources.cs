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

        PhotoScenes[] photos = [.. recipe.Data.Photos.Select(set => new PhotoScenes(set, recipe.Data.Seed))];
        if (recipe.Data.Art.Count == 0)
        {
            return new MixedScenes([.. photos.Zip(recipe.Data.Photos, (source, set) => ((ISceneSource)source, set.Share))]);
        }

        OmgLlavaConfig config = recipe.Shape is null
            ? Weights.ModelDirectory.ReadConfig(recipe.Model!)
            : OmgLlavaConfig.Load(recipe.Shape);
        var world = new WorldScenes([.. recipe.Data.Art.Select(ArtPack.Load)], recipe.Data, config.Image.Size);
        return photos.Length == 0
            ? world
            : new MixedScenes([
                (world, recipe.Data.ArtShare),
                .. photos.Zip(recipe.Data.Photos, (source, set) => ((ISceneSource)source, set.Share)),
            ]);
    }
}
