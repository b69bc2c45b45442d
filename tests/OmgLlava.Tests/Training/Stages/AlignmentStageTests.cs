using System.Text.Json.Nodes;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Stages;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Stages;

public sealed class AlignmentStageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Recipe _recipe;

    public AlignmentStageTests()
    {
        var recipes = new TinyRecipes(_folder);
        string model = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        _recipe = recipes.Of(RecipeStage.InstructionTuning, 25) with { Model = model };
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Only dropout of adapters draws while a pass is computed; without it the passes of a step need not wait for each
    /// other.</summary>
    [Theory]
    [InlineData(true, 0.05, true)]
    [InlineData(true, 0, false)]
    [InlineData(false, 0.05, false)]
    public void Passes_are_computed_one_after_another_for_dropout_alone(bool adapters, double dropout, bool expected)
    {
        Recipe recipe = _recipe with
        {
            Train = adapters ? null : [TrainedPart.Projectors, TrainedPart.Language],
            Lora = _recipe.Lora with { Dropout = dropout },
        };
        using var stage = new AlignmentStage(recipe, new DrawnScenes(), CPU);
        Assert.Equal(expected, ((ITrainingStage)stage).DrawsDropout);
    }

    /// <summary>The regularisation of the first published stage counts in the second where its weight is given.</summary>
    [Fact]
    public void Instruction_tuning_holds_the_projectors_to_each_other_where_asked_to()
    {
        double[] terms = Projector(_recipe with { Losses = new LossWeights { Projector = 5 } });
        Assert.Equal(_recipe.Steps, terms.Length);
        Assert.True(terms[^5..].Average() < 0.7 * terms[..3].Average(), $"{terms[0]:F3} -> {terms[^1]:F3}");
        Assert.Empty(Projector(_recipe with { Output = _folder["published"], Steps = 2 }));
    }

    /// <summary>Names are learnt; of the pictures nothing but the colours of things is looked at.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_labels_alone_the_language_model_learns_to_read(bool colors)
    {
        var recipes = new TinyRecipes(
            _folder,
            TinyRecipes.FullShape with
            {
                Perception = TinyRecipes.FullShape.Perception with { Colors = colors },
            }
        );
        Recipe language = recipes.Of(RecipeStage.Language, 1) with { Output = _folder["full"] };
        Recipe reading = recipes.Of(RecipeStage.InstructionTuning, 40) with
        {
            Model = Trainer.Run(language, null, new DrawnScenes(), default).Model!,
            Train = [TrainedPart.Projectors, TrainedPart.Language],
            AsLabelled = true,
            Losses = new LossWeights { GroundedAttention = 0.5 },
        };
        double[] seen = Terms(reading, "text", new DrawnScenes());
        Assert.True(seen[^5..].Average() < 0.7 * seen[..3].Average(), $"{seen[0]:F3} -> {seen[^1]:F3}");
        double[] dark = Terms(reading with { Output = _folder["dark"] }, "text", new DrawnScenes { Dark = true });
        Assert.Equal(!colors, seen.SequenceEqual(dark));
        Assert.Empty(Terms(reading with { Output = _folder["masks"], Steps = 1 }, "mask", new DrawnScenes()));
    }

    private static double[] Projector(Recipe recipe) => Terms(recipe, "projector", new DrawnScenes());

    private static double[] Terms(Recipe recipe, string term, DrawnScenes scenes)
    {
        Trainer.Run(recipe, null, scenes, default);
        return
        [
            .. File.ReadLines(Path.Combine(recipe.Output, "log.jsonl"))
                .Select(line => (double?)JsonNode.Parse(line)!["terms"]?[term])
                .OfType<double>(),
        ];
    }
}
