namespace OmgLlava.Fuzz.Targets;

/// <summary>Recipes of training.</summary>
internal static class RecipeTargets
{
    public static FuzzTarget Recipe =>
        new(
            "recipe",
            10,
            () =>
            {
                var scratch = new ScratchFile("recipe.json");
                string[] recipes = Directory.GetFiles(Path.Combine(RepositoryFolder.Tests, "..", "recipes", "nano"), "*.json");
                byte[][] seeds = [.. recipes.Select(File.ReadAllBytes)];
                return new FuzzSubject(
                    seeds,
                    PictureTargets.Words("null {} [] -1 0 1e9 NaN \"\" true lora losses data art model shape steps batch"),
                    bytes =>
                    {
                        string path = scratch.With(bytes);
                        OmgLlava.Training.Recipes.Recipe.Load(path);
                    }
                );
            }
        );
}
