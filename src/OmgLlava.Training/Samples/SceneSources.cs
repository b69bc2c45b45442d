using OmgLlava.Data;
using OmgLlava.Training.Recipes;
using OmgLlava.World;

namespace OmgLlava.Training.Samples;

/// <summary>Opens the samples that a recipe names.</summary>
internal static class SceneSources
{
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="OmgLlavaException">Art or data are missing or damaged; the message names file and line.</exception>
    public static ISceneSource Open(Recipe recipe)
    {
        ISceneSource source = OpenPlain(recipe);
        return recipe.Data.PasteShare > 0 ? new PastedScenes(source, recipe.Data.PasteShare, recipe.Data.Seed) : source;
    }

    private static ISceneSource OpenPlain(Recipe recipe)
    {
        if (recipe.Data.Folder is not null)
        {
            return new FolderScenes(DataFolder.Open(recipe.Data.Folder, recipe.Data.Split), recipe.Stage);
        }

        bool needsWords = recipe.Stage is not (RecipeStage.Contrastive or RecipeStage.Segmentation);
        (ISceneSource Source, int Share)[] photos =
        [
            .. recipe
                .Data.Photos.Select(set =>
                    ((ISceneSource)new PhotoScenes(set, recipe.Data.Seed, recipe.Data.Mix), set.Share)
                )
                .Where(set => !needsWords || set.Item1.ClassNames.Count > 0), // of masks without names nothing can be said
        ];
        if (recipe.Data.Art.Count == 0)
        {
            return photos.Length > 0
                ? new MixedScenes(photos)
                : throw new OmgLlavaException("Nothing can be said of these photographs; their labels have no names.");
        }

        OmgLlavaConfig config = recipe.Shape is null
            ? ModelDirectory.ReadConfig(recipe.Model!)
            : OmgLlavaConfig.Load(recipe.Shape);
        var world = new WorldScenes([.. recipe.Data.Art.Select(ArtPack.Load)], recipe.Data, config.Image.Size);
        return photos.Length == 0
            ? world
            : new MixedScenes([(world, recipe.Data.ArtShare), .. photos]);
    }
}
