using System.Text.Json.Nodes;
using OmgLlava.Torch;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Stages;

public class StagesTests
{
    /// <summary>Each stage begins with the model of the one before, as the whole recipe does.</summary>
    [Fact]
    public async Task Every_stage_learns_and_the_model_that_comes_out_answers()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        foreach (
            (RecipeStage stage, int steps, double share) in ((RecipeStage, int, double)[])
                [
                    (RecipeStage.Contrastive, 40, 0.9),
                    (RecipeStage.Segmentation, 60, 0.8),
                    (RecipeStage.Language, 80, 0.5),
                    (RecipeStage.Pretraining, 30, 0.9),
                    (RecipeStage.InstructionTuning, 110, 0.7),
                ]
        )
        {
            Recipe recipe = recipes.Of(stage, steps) with { SampleEvery = steps };
            TrainingResult result = Trainer.Run(recipe, null, new DrawnScenes(), default);
            double[] losses = Losses(recipe);
            Assert.True(result.Finished);
            Assert.Equal(steps, losses.Length);
            Assert.True(
                losses[^10..].Average() < share * losses[..5].Average(),
                $"{stage}: {losses[..5].Average():F3} -> {losses[^10..].Average():F3}"
            );
            Assert.True(File.Exists(Path.Combine(recipe.Output, "loss.png")));
            Assert.Contains(
                File.ReadLines(Path.Combine(recipe.Output, "log.jsonl")),
                line => line.Contains("\"answer\"", StringComparison.Ordinal)
            );
        }

        using OmgLlavaModel model = OmgLlavaModel.Load(recipes.Model(RecipeStage.InstructionTuning));
        using ImageChat chat = model.StartChat(new DrawnScenes().Scene(1).Picture!);
        Reply reply = await chat.AskAsync(
            "Please segment the disc in this image.",
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.NotEmpty(reply.Tokens);
        Assert.NotNull(model.Config.Lora);
    }

    [Fact]
    public void Every_stage_computes_in_16_bits()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder, TinyRecipes.FullShape);
        foreach (RecipeStage stage in Enum.GetValues<RecipeStage>())
        {
            Recipe recipe = recipes.Of(stage, 3) with { Precision = TrainingPrecision.Brain };
            recipe = stage != RecipeStage.InstructionTuning ? recipe
                : recipe with { Losses = recipe.Losses with { GroundedAttention = 0.5, Projector = 2 } };
            TrainingResult result = Trainer.Run(recipe, null, new DrawnScenes(), default);
            Assert.True(result.Finished && double.IsFinite(result.LastLoss), $"{stage}: {result.LastLoss}");
        }
    }

    [Fact]
    public void One_batch_is_learnt_by_heart_and_nothing_is_kept()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 60);
        TrainingResult result = Trainer.Run(recipe, new TrainingOptions { OverfitOneBatch = true }, new DrawnScenes(), default);
        Assert.True(result.LastLoss < 0.5 * result.FirstLoss);
        Assert.Null(result.Model);
        Assert.False(File.Exists(Path.Combine(recipe.Output, "checkpoint.safetensors")));
    }

    /// <summary>Nothing of the pixels reaches the language model, so that nothing of what projects them can learn.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Hidden_pixels_are_not_seen(double hide, bool unchanged)
    {
        const string Pixels = "visual_projector.pixel_mlp.0.weight";
        const string Objects = "visual_projector.objects.mlp.0.weight";
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        foreach (
            RecipeStage stage in (RecipeStage[])
                [RecipeStage.Contrastive, RecipeStage.Segmentation, RecipeStage.Language, RecipeStage.Pretraining]
        )
        {
            Trainer.Run(recipes.Of(stage, 1), null, new DrawnScenes(), default);
        }

        Recipe recipe = recipes.Of(RecipeStage.InstructionTuning, 2) with { HidePixels = hide };
        Trainer.Run(recipe, null, new DrawnScenes(), default);
        Assert.Equal(
            unchanged,
            Weights(RecipeStage.Pretraining, Pixels).SequenceEqual(Weights(RecipeStage.InstructionTuning, Pixels))
        );
        Assert.False(Weights(RecipeStage.Pretraining, Objects).SequenceEqual(Weights(RecipeStage.InstructionTuning, Objects)));

        float[] Weights(RecipeStage stage, string name)
        {
            using var file = SafetensorsFile.Open(Path.Combine(recipes.Model(stage), "model.safetensors"));
            using Tensor tensor = file.Read(name);
            return [.. tensor.data<float>()];
        }
    }

    /// <summary>A part of a photograph may show nothing that its labels name.</summary>
    [Fact]
    public void Pictures_without_questions_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        foreach (RecipeStage stage in (RecipeStage[])[RecipeStage.Contrastive, RecipeStage.Segmentation, RecipeStage.Language])
        {
            Trainer.Run(recipes.Of(stage, 1), null, new DrawnScenes(), default);
        }

        Recipe recipe = recipes.Of(RecipeStage.Pretraining, 3);
        Assert.True(Trainer.Run(recipe, null, new DrawnScenes { AskedEvery = 7 }, default).Finished);
        Assert.Equal(3, Losses(recipe).Length);
        var error = Assert.Throws<OmgLlavaException>(
            () => Trainer.Run(recipe with { Output = folder["none"] }, null, new DrawnScenes { AskedEvery = 0 }, default)
        );
        Assert.Contains("no question about any of 64 pictures in a row", error.Message, StringComparison.Ordinal);
    }

    internal static double[] Losses(Recipe recipe) =>
        [
            .. File.ReadLines(Path.Combine(recipe.Output, "log.jsonl"))
                .Select(line => JsonNode.Parse(line)!)
                .Where(line => line["loss"] is not null)
                .Select(line => (double)line["loss"]!),
        ];
}
