using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Stages;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Stages;

public class StageModelTests
{
    [Fact]
    public void Perception_comes_from_another_model_and_the_input_grows()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string[] models = [.. Enumerable.Range(1, 2).Select(seed =>
        {
            Recipe recipe = recipes.Of(RecipeStage.Contrastive, 1) with { Seed = seed, Output = folder[$"{seed}"] };
            return Trainer.Run(recipe, null, new DrawnScenes(), default).Model!;
        })];
        Recipe mixed = recipes.Of(RecipeStage.Pretraining, 1) with
        {
            Model = models[0],
            LanguageModel = null,
            PerceptionModel = models[1],
            ImageSize = 2 * DrawnScenes.Side,
        };

        using StageModel opened = StageModel.Open(mixed, new DrawnScenes(), CPU);
        using ITensorSource first = ModelDirectory.OpenWeights(models[0]), second = ModelDirectory.OpenWeights(models[1]);
        foreach ((string name, Tensor tensor) in opened.Network.Tensors())
        {
            using Tensor expected = zeros_like(tensor);
            (name.StartsWith("perception.", StringComparison.Ordinal) ? second : first).ReadInto(name, expected);
            Assert.True(tensor.allclose(expected, 0, 0), name);
        }

        Assert.Equal(2 * DrawnScenes.Side, opened.Network.Config.Image.Size);
        Assert.Equal(TinyRecipes.Shape.Image.Size, ModelDirectory.ReadConfig(models[1]).Image.Size);
    }
}
