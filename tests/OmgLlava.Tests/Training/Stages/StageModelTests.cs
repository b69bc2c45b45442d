using OmgLlava.Language;
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
            ObjectCellStride = 8,
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
        Assert.Equal(8, opened.Network.Config.Perception.ObjectCellStride);
        Assert.Null(ModelDirectory.ReadConfig(models[1]).Perception.ObjectCellStride);
        Assert.Equal(TinyRecipes.Shape.Image.Size, ModelDirectory.ReadConfig(models[1]).Image.Size);
    }

    [Fact]
    public async Task Parts_that_are_added_change_no_answer_before_they_have_learnt()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string before = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        Recipe adding = recipes.Of(RecipeStage.InstructionTuning, 1) with
        {
            Model = before,
            Add = [AddedPart.TokenPlaces, AddedPart.MaskDecoder],
            Train = [TrainedPart.Projectors, TrainedPart.Language, TrainedPart.MaskDecoder],
        };
        using (StageModel opened = StageModel.Open(adding, new DrawnScenes(), CPU))
        {
            opened.Save(folder["added"], adding);
        }

        string after = Trainer.Run(adding, null, new DrawnScenes(), default).Model!;
        Assert.Equal(await AnswerAsync(before), await AnswerAsync(folder["added"]));
        using ITensorSource silent = ModelDirectory.OpenWeights(folder["added"]), learnt = ModelDirectory.OpenWeights(after);
        foreach (string name in silent.Tensors.Keys.Where(name => name.StartsWith("visual_projector.places.", StringComparison.Ordinal) || name.StartsWith("segmentation_decoder.layers.0.", StringComparison.Ordinal)))
        {
            Assert.False(Read(silent, name).equal(Read(learnt, name)).all().item<bool>(), name);
        }

        static Tensor Read(ITensorSource source, string name)
        {
            Tensor tensor = zeros([.. source.Tensors[name].Shape]);
            source.ReadInto(name, tensor);
            return tensor;
        }

        static async Task<string> AnswerAsync(string model)
        {
            using var loaded = OmgLlavaModel.Load(model, new LoadOptions { Device = "cpu" });
            using ImageChat chat = loaded.StartChat(new DrawnScenes().Scene(3).Picture!);
            Reply reply = await chat.AskAsync("What is at <mark>?", [VisualPrompt.Point(20, 20)], new GenerationOptions { MaxNewTokens = 8 });
            return string.Join(' ', reply.Tokens);
        }
    }
}
