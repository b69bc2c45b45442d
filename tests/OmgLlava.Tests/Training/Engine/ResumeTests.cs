using OmgLlava.Tests.Training.Stages;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;

namespace OmgLlava.Tests.Training.Engine;

public class ResumeTests
{
    /// <summary>A run that ends at any step without saving, as one that is killed, leaves its last checkpoint; from there on
    /// every loss is the same to the last bit.</summary>
    [Theory]
    [InlineData(nameof(RecipeStage.Contrastive))]
    [InlineData(nameof(RecipeStage.Language))]
    [InlineData(nameof(RecipeStage.Language), nameof(OptimizerKind.Muon))]
    public void A_killed_run_that_is_resumed_equals_an_undisturbed_one(
        string stageName,
        string optimizerName = nameof(OptimizerKind.AdamW)
    )
    {
        RecipeStage stage = Enum.Parse<RecipeStage>(stageName);
        OptimizerKind optimizer = Enum.Parse<OptimizerKind>(optimizerName);
        using var quiet = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        Recipe undisturbed = new TinyRecipes(quiet).Of(stage, 14) with { Optimizer = optimizer };
        Recipe disturbed = new TinyRecipes(killed).Of(stage, 14) with { Optimizer = optimizer };
        Trainer.Run(undisturbed, null, new DrawnScenes(100), default);

        string copy = killed["copy.safetensors"];
        Trainer.Run(
            disturbed,
            new TrainingOptions
            {
                Progress = p =>
                {
                    if (p.Step == 8)
                    {
                        File.Copy(Checkpoint(disturbed), copy); // as it is on the disk when the process is gone
                    }
                },
            },
            new DrawnScenes(100),
            default
        );
        File.Move(copy, Checkpoint(disturbed), overwrite: true);
        File.AppendAllText(Path.Combine(disturbed.Output, "log.jsonl"), "{\"step\": 9, \"lo"); // a line that was being written
        var notes = new List<string>();
        Trainer.Run(disturbed, new TrainingOptions { Note = notes.Add }, new DrawnScenes(100), default);

        Assert.Contains("Going on at step 5 of 14.", notes);
        Assert.Equal(StagesTests.Losses(undisturbed), StagesTests.Losses(disturbed));
        Assert.Equal(Weights(undisturbed), Weights(disturbed));
    }

    [Fact]
    public void Cancelling_saves_and_the_same_recipe_goes_on()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 12);
        using var stop = new CancellationTokenSource();
        TrainingResult first = Trainer.Run(
            recipe,
            new TrainingOptions { Progress = p => Cancel(p, stop) },
            new DrawnScenes(),
            stop.Token
        );
        Assert.False(first.Finished);
        Assert.Equal(7, first.Step);
        Assert.True(Trainer.Run(recipe, null, new DrawnScenes(), default).Finished);
        Assert.Equal(12, StagesTests.Losses(recipe).Length);

        static void Cancel(TrainingProgress progress, CancellationTokenSource stop)
        {
            if (progress.Step == 7)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void A_changed_recipe_is_told_apart_and_can_be_forced()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 6);
        Trainer.Run(recipe, null, new DrawnScenes(), default);
        Recipe changed = recipe with { Steps = 8, LearningRate = 1e-3, LogEvery = 2 };
        var error = Assert.Throws<OmgLlavaException>(() => Trainer.Run(changed, null, new DrawnScenes(), default));
        Assert.Contains("learning_rate: 0.003 -> 0.001; steps: 6 -> 8", error.Message, StringComparison.Ordinal);
        Assert.Contains("--force", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("log_every", error.Message, StringComparison.Ordinal);
        Assert.Equal(8, Trainer.Run(changed, new TrainingOptions { Force = true }, new DrawnScenes(), default).Step);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 5);
        Trainer.Run(recipe, null, new DrawnScenes(), default);
        byte[] bytes = File.ReadAllBytes(Checkpoint(recipe));
        File.WriteAllBytes(Checkpoint(recipe), bytes[..(bytes.Length / 2)]);
        var error = Assert.Throws<OmgLlavaException>(() => Trainer.Run(recipe, null, new DrawnScenes(), default));
        Assert.Contains("checkpoint.safetensors", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A checkpoint that cannot be written, as on a full disk, leaves the one before and does not end the
    /// training.</summary>
    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_the_last_good_one()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 12);
        byte[] good = [];
        var notes = new List<string>();
        Assert.Throws<OmgLlavaException>(() =>
            Trainer.Run(
                recipe,
                new TrainingOptions
                {
                    Note = notes.Add,
                    Progress = p =>
                    {
                        if (p.Step == 6)
                        {
                            good = File.ReadAllBytes(Checkpoint(recipe));
                            File.Move(Checkpoint(recipe), folder["good"]);
                            Directory.CreateDirectory(Checkpoint(recipe)); // nothing can take its name now
                        }
                    },
                },
                new DrawnScenes(),
                default
            )
        );
        Assert.Contains(notes, note => note.Contains("last good checkpoint is kept", StringComparison.Ordinal));
        Assert.Equal(good, File.ReadAllBytes(folder["good"]));
        Assert.Empty(Directory.EnumerateFiles(recipe.Output, "*.tmp"));
    }

    [Fact]
    public void Two_trainings_do_not_write_into_one_folder()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 2);
        string? refused = null;
        Trainer.Run(
            recipe,
            new TrainingOptions
            {
                Progress = p =>
                    refused = Assert
                        .Throws<OmgLlavaException>(() => Trainer.Run(recipe, null, new DrawnScenes(), default))
                        .Message,
            },
            new DrawnScenes(),
            default
        );
        Assert.Contains("in use by another training", refused, StringComparison.Ordinal);
    }

    private static string Checkpoint(Recipe recipe) => Path.Combine(recipe.Output, "checkpoint.safetensors");

    private static byte[] Weights(Recipe recipe) => File.ReadAllBytes(Path.Combine(recipe.Output, "model", "model.safetensors"));
}
