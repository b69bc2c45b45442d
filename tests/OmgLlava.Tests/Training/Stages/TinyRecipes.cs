using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;

namespace OmgLlava.Tests.Training.Stages;

/// <summary>The five stages at a size that trains in seconds.</summary>
internal sealed class TinyRecipes
{
    private readonly TemporaryFolder _folder;

    public TinyRecipes(TemporaryFolder folder, OmgLlavaConfig? shape = null)
    {
        _folder = folder;
        (shape ?? Shape).Save(folder["shape.json"]);
        Directory.CreateDirectory(folder["art"]);
    }

    public static OmgLlavaConfig Shape { get; } =
        new()
        {
            Name = "tiny",
            Image = new ImageTransform { Size = DrawnScenes.Side },
            Perception = new PerceptionConfig
            {
                EncoderWidths = [8, 16, 24, 32],
                EncoderDepths = [1, 1, 1, 1],
                ClipHiddenWidth = 32,
                Channels = 32,
                Heads = 4,
                SamplingPoints = 2,
                PixelDecoderLayers = 1,
                PixelDecoderFeedForward = 32,
                DecoderLayers = 3,
                DecoderFeedForward = 64,
                Queries = 6,
                ThingClasses = 2,
                StuffClasses = 1,
                ClassEmbeddingWidth = 32,
                ClassPrototypes = 2,
            },
            Language = new LanguageConfig
            {
                HiddenSize = 32,
                Layers = 2,
                Heads = 4,
                KeyValueHeads = 2,
                FeedForwardSize = 64,
                VocabularySize = 420,
                MaxPositions = 512,
                RopeScaling = null,
            },
            EmbeddingRows = 424,
            Alignment = new AlignmentConfig
            {
                QueryChannels = 32,
                ImageChannels = 32,
                LanguageWidth = 32,
            },
        };

    /// <summary>The same with all that is beyond the paper.</summary>
    public static OmgLlavaConfig FullShape { get; } =
        Shape with
        {
            Perception = Shape.Perception with
            {
                Objects = new ObjectTokensConfig
                {
                    CellStride = 8,
                    Distinct = true,
                    Sorted = true,
                },
                Places = true,
                MaskDetailChannels = 32,
                ClassScores = true,
                ClipClasses = true,
                Colors = true,
            },
            Alignment = Shape.Alignment with
            {
                TokenNorm = true,
                SeparateMaskDecoder = true,
            },
        };

    public string Model(RecipeStage stage) => Path.Combine(_folder[stage.ToString()], "model");

    /// <summary>A recipe of a stage; those that build on others start from their models.</summary>
    public Recipe Of(RecipeStage stage, int steps)
    {
        bool isNew = stage is RecipeStage.Contrastive or RecipeStage.Language;
        return new Recipe
        {
            Stage = stage,
            Shape = isNew ? _folder["shape.json"] : null,
            Model = isNew
                ? null
                : Model(
                    stage == RecipeStage.Segmentation ? RecipeStage.Contrastive
                    : stage == RecipeStage.Pretraining ? RecipeStage.Segmentation
                    : RecipeStage.Pretraining
                ),
            LanguageModel = stage == RecipeStage.Pretraining ? Model(RecipeStage.Language) : null,
            Output = _folder[stage.ToString()],
            Data = new DataRecipe
            {
                Art = [_folder["art"]],
                Turns = 3,
                MaxTokens = 128,
            },
            Steps = steps,
            Batch = stage == RecipeStage.Language ? 2 : 4,
            Accumulate = stage == RecipeStage.Language ? 2 : 1,
            LearningRate = 3e-3,
            LogEvery = 1,
            CheckpointEvery = 5,
            SampleEvery = 0,
            Contrastive = new ContrastiveRecipe
            {
                WordWidth = 32,
                WordLayers = 1,
            },
            Segmentation = new SegmentationRecipe { Prompts = 2 },
            Language = new LanguageRecipe { TokenizerSamples = 40 },
            Points = new PointSampler { Points = stage == RecipeStage.Segmentation ? 0 : 64 },
            Lora = new LoraConfig
            {
                Rank = 4,
                Alpha = 8,
                Dropout = 0.05,
            },
        };
    }
}
