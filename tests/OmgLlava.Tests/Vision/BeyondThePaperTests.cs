using OmgLlava.Alignment;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Tests.Training.Stages;
using OmgLlava.Torch;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Stages;
using OmgLlava.Vision;
using OmgLlava.Weights;
using static TorchSharp.torch;
using EngineTensor = OmgLlava.Engine.Tensor;
using ModuleCells = OmgLlava.Torch.Alignment.RegionCells;
using ModulePlaces = OmgLlava.Torch.Alignment.TokenPlaces;
using ModuleQueries = OmgLlava.Torch.Perception.DecodedQueries;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Tests.Vision;

/// <summary>A small model with every option that the paper does not have, random weights.</summary>
public sealed class BeyondThePaperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyRecipes _recipes;
    private readonly DrawnScenes _scenes = new();
    private readonly string _model;

    public BeyondThePaperTests()
    {
        _recipes = new TinyRecipes(_folder, TinyRecipes.FullShape);
        _model = Trainer.Run(_recipes.Of(RecipeStage.Language, 1), null, _scenes, default).Model!;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(nameof(RegionTokenForm.Queries))]
    [InlineData(nameof(RegionTokenForm.MaskPooling))]
    [InlineData(nameof(RegionTokenForm.BoxPooling))]
    public void The_engine_makes_the_tokens_that_the_modules_make(string regions)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        OmgLlavaConfig config = ModelDirectory.ReadConfig(_model);
        config = config with
        {
            Alignment = config.Alignment with { RegionTokens = Enum.Parse<RegionTokenForm>(regions) },
        };
        Assert.Equal(_scenes.ClassNames.Count, config.Alignment.ClassScores);
        Assert.Equal(ColorNames.All.Count, config.Alignment.ColorScores);
        using ITensorSource weights = ModelDirectory.OpenWeights(_model);
        using var network = new OmgLlavaNetwork(config, Placement.Default, language: null);
        network.Load(weights);
        using var team = new ThreadTeam(2);
        using var engine = new VisionModel(
            new WeightReader(weights, Kernels.For(InstructionSets.Best, team)),
            config.Perception,
            config.Alignment,
            config.Image
        );
        int side = config.Image.Size;
        float[] picture = [.. config.Image.Apply(_scenes.Scene(2).Picture!)];

        using TorchPerception expected = network.Perception.Perceive(tensor(picture).view(1, 3, side, side));
        using SeenImage seen = engine.See(picture, (side, side));
        VisualTokens tokens = network.VisualProjector.ProjectImages(expected);
        VisionModelTests.Near(tokens.Images[0], seen.Tokens.ToTorch());

        var box = new PixelBox(5, 8, 30, 40);
        using DecodedPrompt prompt = engine.DecodeBox(seen, box);
        using EngineTensor token = engine.ProjectPrompts(seen, [prompt]);
        ModuleQueries decoded = network.Perception.DecodeBoxes(
            tensor([box.X0, box.Y0, box.X1, box.Y1]).view(1, 4),
            expected.Memory,
            (side, side)
        );
        Tensor query = network.Perception.JoinPrompts(decoded, expected.Memory)[0];
        VisionModelTests.Near(query, prompt.Query.ToTorch());
        Tensor scores = query.narrow(1, config.Alignment.QueryWidth, config.Alignment.ClassScores);
        Assert.InRange(scores.sum().item<float>(), 0, 1); // the void class has the rest
        Tensor colors = query.narrow(1, config.Alignment.QueryWidth + config.Alignment.ClassScores, ColorNames.All.Count);
        Assert.Equal(1, colors.sum().item<float>(), 1e-3);
        Tensor masks = decoded.Last.MaskLogits[0];
        Tensor places = ModulePlaces.OfMasks(masks);
        int cells = side / config.Perception.CellStride;
        Tensor projected = network.VisualProjector.ProjectPrompts(
            query,
            tensor(new long[] { 0 }),
            tokens,
            places,
            ModuleCells.Of(config.Alignment.RegionTokens, masks, places, (cells, cells))
        );
        VisionModelTests.Near(projected, token.ToTorch());
    }

    /// <summary>Where classes, colours and words meet, what each adds to a token points where the words of its name do.</summary>
    [Fact]
    public void Classes_and_colors_begin_as_the_words_of_their_names()
    {
        Recipe recipe = _recipes.Of(RecipeStage.Pretraining, 1) with { Model = _model, LanguageModel = _model };
        using StageModel stage = StageModel.Open(recipe, _scenes, CPU);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor added = stage
            .Network.Tensors()
            .Single(t => t.Name == "visual_projector.objects.class_words.weight")
            .Tensor.t();
        var tokenizer = stage.Tokenizer();
        Tensor words = stack(
            _scenes.ClassNames.Concat(ColorNames.All).Select(name =>
                stage.Network.Language.Embed(tensor([.. tokenizer.Encode(name).Select(id => (long)id)])).mean([0L])
            )
        );
        words = words.sub(words.mean([0L]));
        Tensor cosine = nn.functional.cosine_similarity(added, words, 1);
        Assert.InRange(cosine.min().item<float>(), 0.999f, 1.001f);
        Assert.InRange(added.mul(added).mean().item<float>(), 0.999f, 1.001f);
    }
}
