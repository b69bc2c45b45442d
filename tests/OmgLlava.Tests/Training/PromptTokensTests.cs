using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Tests.Training.Stages;
using OmgLlava.Torch;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using OmgLlava.Training;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Stages;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training;

public class PromptTokensTests
{
    /// <summary>Boxes, regions and points become the same tokens where the model learns as where it answers, whatever their
    /// order.</summary>
    [Fact]
    public void Prompts_are_the_same_tokens_in_training_and_in_answers()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder, TinyRecipes.FullShape);
        var scenes = new DrawnScenes();
        string model = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, scenes, default).Model!;
        Recipe recipe = recipes.Of(RecipeStage.InstructionTuning, 1) with { Model = model };
        using StageModel stage = StageModel.Open(recipe, scenes, CPU);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (
            (string name, Tensor silent) in stage
                .Network.Tensors()
                .Where(t =>
                    t.Name.Contains("places", StringComparison.Ordinal)
                    || t.Name.Contains("_embedding.", StringComparison.Ordinal)
                )
        )
        {
            silent.normal_(0, 0.3, new Generator((ulong)name.Length, CPU));
        }

        var whole = TorchExecutor.Wrap(stage.Network, stage.Tokenizer(), Placement.Default);
        using PerceivedImage image = whole.Perceive(scenes.Scene(2).Picture!);
        bool[] inside = new bool[DrawnScenes.Side * DrawnScenes.Side];
        inside.AsSpan(20 * DrawnScenes.Side, 700).Fill(true);
        var region = new Mask(DrawnScenes.Side, DrawnScenes.Side, inside);
        Tensor answering = whole
            .EncodePrompts(
                image,
                [
                    VisualPrompt.Box(5, 8, 30, 40),
                    VisualPrompt.Region(region),
                    VisualPrompt.Box(20, 20, 60, 50),
                    VisualPrompt.Point(40, 30),
                ],
                boxesAsPublished: false
            )
            .ToTorch();

        var placeholders = new PromptPlaceholders(RegionId: 1, MarkId: 2);
        var batch = new TrainingBatch(
            zeros(1, 3, DrawnScenes.Side, DrawnScenes.Side),
            new PromptTokens(
                tensor(
                    new long[,]
                    {
                        { 1, 1, 1, 2 },
                    }
                )
            ),
            Regions: tensor(inside).view(1, DrawnScenes.Side, DrawnScenes.Side).to(float32),
            Points: tensor(
                new float[,]
                {
                    { 40, 30 },
                }
            )
        )
        {
            Boxes = tensor(
                new float[,]
                {
                    { 5, 8, 30, 40 },
                    { 20, 20, 60, 50 },
                }
            ),
            BoxPlaces = [0, 2],
        };
        var seen = (TorchMemory)image.Seen.Memory;
        (Tensor? areas, Tensor? marks) = new TrainingForward(
            stage.Network,
            placeholders,
            seg: 3,
            new LossWeights()
        ).EncodePrompts(batch, seen.Perception, seen.Tokens);
        Assert.True(cat([areas!, marks!]).sub(answering).abs().max().item<float>() < 1e-4);
        Assert.True(answering[0].sub(answering[2]).abs().max().item<float>() > 1e-2);
    }
}
