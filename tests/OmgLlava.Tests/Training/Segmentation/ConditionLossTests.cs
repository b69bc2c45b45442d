using System.Text.Json.Nodes;
using OmgLlava.Tests.Training.Stages;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Segmentation;
using OmgLlava.Weights;
using OmgLlava.World;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Segmentation;

public class ConditionLossTests
{
    [Fact]
    public void It_is_the_mean_cross_entropy_of_the_states_that_are_known()
    {
        using var scope = NewDisposeScope();
        using var loss = new ConditionLoss(4, CPU, 3);
        Tensor queries = randn(3, 4, generator: new Generator(5, CPU)).requires_grad_();
        Dictionary<string, float[]> layer = loss.Parameters.ToDictionary(p => p.Name, p => p.Tensor.data<float>().ToArray());

        Tensor value = loss.Compute(queries, [ThingCondition.Broken, null, ThingCondition.UpsideDown]);

        Assert.Equal((Missing(0, 1) + Missing(2, 2)) / 2, value.item<float>(), 1e-5);
        value.backward();
        double[] moved = [.. queries.grad!.abs().sum(1).data<float>().Select(x => (double)x)];
        Assert.True(moved is [> 0, 0, > 0]);
        Assert.Equal(0, loss.Compute(queries, [null, null, null]).item<float>());

        double Missing(int row, int state)
        {
            double[] logits =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(s =>
                        layer["condition_head.bias"][s]
                        + Enumerable
                            .Range(0, 4)
                            .Sum(c => layer["condition_head.weight"][(4 * s) + c] * queries[row, c].item<float>())
                    ),
            ];
            return Math.Log(logits.Sum(Math.Exp)) - logits[state];
        }
    }

    /// <summary>Squares are broken here and discs are not, so that states can be read off what queries must know
    /// anyway.</summary>
    [Fact]
    public void Queries_learn_states_and_the_model_is_like_any_other()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        var scenes = new DrawnScenes { Conditions = [ThingCondition.Broken, ThingCondition.Usual] };
        Trainer.Run(recipes.Of(RecipeStage.Contrastive, 1), null, scenes, default);
        Recipe recipe = recipes.Of(RecipeStage.Segmentation, 60);
        Trainer.Run(recipe with { Segmentation = recipe.Segmentation with { ConditionWeight = 1 } }, null, scenes, default);

        double[] losses =
        [
            .. File.ReadLines(Path.Combine(recipe.Output, "log.jsonl"))
                .Select(line => JsonNode.Parse(line)!["terms"]?["condition"])
                .OfType<JsonNode>()
                .Select(x => (double)x),
        ];
        Assert.True(
            losses[^10..].Average() < 0.6 * losses[..5].Average(),
            $"{losses[..5].Average():F3} -> {losses[^10..].Average():F3}"
        );
        Assert.Equal(Names(RecipeStage.Contrastive), Names(RecipeStage.Segmentation));

        string[] Names(RecipeStage stage)
        {
            using var file = SafetensorsFile.Open(Path.Combine(recipes.Model(stage), "model.safetensors"));
            return [.. file.Tensors.Keys.Order(StringComparer.Ordinal)];
        }
    }
}
