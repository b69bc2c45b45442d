using System.Text.Json;
using OmgLlava.Alignment;
using OmgLlava.Files;
using OmgLlava.Language;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Training.Recipes;

/// <summary>
/// One training stage: what is trained, on what, how long and how. Read from a JSON file with these names in snake case; a name
/// that is not known is refused. Paths are relative to that file.
/// </summary>
internal sealed record Recipe
{
    /// <summary>What is trained.</summary>
    public required RecipeStage Stage { get; init; }

    /// <summary>Name of the model that comes out; null keeps the name of the one it starts from.</summary>
    public string? Name { get; init; }

    /// <summary>Model directory to start from; null for a new model of <see cref="Shape"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The <c>config.json</c> of a new model with random weights, instead of <see cref="Model"/>.</summary>
    public string? Shape { get; init; }

    /// <summary>Weights for the image encoder of a new model; null draws them like all others.</summary>
    public EncoderRecipe? Encoder { get; init; }

    /// <summary>Model directory whose language model and tokenizer take the place of those of <see cref="Model"/>; null for
    /// none.</summary>
    public string? LanguageModel { get; init; }

    /// <summary>Folder for the checkpoint, the log, pictures, and the model that comes out (in its subfolder
    /// <c>model</c>).</summary>
    public required string Output { get; init; }

    /// <summary>The samples.</summary>
    public required DataRecipe Data { get; init; }

    /// <summary>Steps of the optimizer.</summary>
    public required int Steps { get; init; }

    /// <summary>Samples of one forward and backward pass.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Forward and backward passes of one step; on a processor they are computed side by side, one on each
    /// core.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>How the weights follow the gradient.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Highest learning rate.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Share of the steps over which the learning rate rises from 1e-5 of its highest value.</summary>
    public double WarmupShare { get; init; } = 0.03;

    /// <summary>Decoupled weight decay of matrices; norms, biases and embeddings have none.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Decay rates of AdamW's two moments.</summary>
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

    /// <summary>Largest norm of the gradient.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Type of the forward and backward pass; the weights that the optimizer changes are float32 in either
    /// case.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Full;

    /// <summary>Seed of weights, order of samples, points and dropout.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Steps between lines of the log.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Steps between sample answers in the log; 0 for none.</summary>
    public int SampleEvery { get; init; } = 500;

    /// <summary>What the alignment stages train; null for the published choice.</summary>
    public IReadOnlyList<TrainedPart>? Train { get; init; }

    /// <summary>
    /// Begins with new projectors of this form instead of the model's: without prior or object tokens, with the paper's addition,
    /// with a global image token. Widths need not be given. Null keeps those of the model.
    /// </summary>
    public AlignmentConfig? Projectors { get; init; }

    /// <summary>
    /// Share of the pictures of instruction tuning of which the language model is shown the object tokens alone. Pixel tokens are
    /// many and tell the names of things, so that a small model may never learn to read the few object tokens, which tell more;
    /// 0, as published, shows all of all.
    /// </summary>
    public double HidePixels { get; init; }

    /// <summary>
    /// Whether instruction tuning makes the object tokens of the labels, in the place of what perception finds: a language model
    /// from random weights so learns to read them first. Masks, pixels and the text projector take no part.
    /// </summary>
    public bool AsLabelled { get; init; }

    /// <summary>Adapters to begin with where the model has none.</summary>
    public LoraConfig Lora { get; init; } = new();

    /// <summary>Whether the adapters are added into the weights at the end, or kept apart.</summary>
    public bool MergeAdapters { get; init; }

    /// <summary>Whether the model that comes out is written in 16 bits: for one that is given away. Checkpoints are exact in
    /// either case.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>Weights of the alignment losses.</summary>
    public LossWeights Losses { get; init; } = new();

    /// <summary>Points that masks are compared on.</summary>
    public PointSampler Points { get; init; } = new();

    /// <summary>Settings of <see cref="RecipeStage.Contrastive"/>.</summary>
    public ContrastiveRecipe Contrastive { get; init; } = new();

    /// <summary>Settings of <see cref="RecipeStage.Segmentation"/>.</summary>
    public SegmentationRecipe Segmentation { get; init; } = new();

    /// <summary>Settings of <see cref="RecipeStage.Language"/>.</summary>
    public LanguageRecipe Language { get; init; } = new();

    /// <summary>Element type of the forward pass.</summary>
    internal ScalarType ComputeType => Precision == TrainingPrecision.Brain ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Reads and checks a recipe.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, is no recipe, has an unknown name, or its numbers do not fit
    /// together.</exception>
    public static Recipe Load(string path)
    {
        using FileStream file = InputFile.Open(path);
        try
        {
            Recipe recipe =
                JsonSerializer.Deserialize<Recipe>(file, RecipeJson.Options) ?? throw new OmgLlavaException("it is empty.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (recipe.Data.Base is { } shared)
            {
                recipe = recipe with { Data = RecipeJson.Join(path, Path.GetFullPath(shared, folder)) };
            }

            recipe = recipe.Resolve(folder);
            recipe.Validate();
            return recipe;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new OmgLlavaException($"'{path}' is not a recipe: {RecipeJson.Explain(error)}", error);
        }
        catch (OmgLlavaException error)
        {
            throw new OmgLlavaException($"'{path}': {error.Message}", error);
        }
    }

    /// <summary>Checks everything that can be checked without reading data or weights.</summary>
    /// <exception cref="OmgLlavaException">Something does not fit together; the message names it.</exception>
    public void Validate()
    {
        Require(
            (Model is null) != (Shape is null),
            "give either 'model' (a model directory to start from) or 'shape' (the config.json of a new one)"
        );
        Require(Steps > 0 && Batch > 0 && Accumulate > 0, "steps, batch and accumulate must be positive");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning_rate must be positive");
        Require(HidePixels is >= 0 and <= 1, "hide_pixels must be at least 0 and at most 1");
        Require(
            Losses is { Dice: >= 0, MaskCrossEntropy: >= 0, Projector: null or >= 0, GroundedAttention: >= 0 },
            "the weights of the losses must not be negative"
        );
        Require(
            Stage == RecipeStage.InstructionTuning || (HidePixels == 0 && Losses.GroundedAttention == 0),
            "hide_pixels and the loss grounded_attention belong to instruction tuning"
        );
        Require(!AsLabelled || Stage == RecipeStage.InstructionTuning, "as_labelled belongs to instruction tuning");
        Require(
            !AsLabelled || (HidePixels == 0 && Losses.Projector is null or 0),
            "as_labelled knows no pixels and no text projector; leave out hide_pixels and the loss projector"
        );
        Require(WarmupShare is >= 0 and < 1, "warmup_share must be at least 0 and below 1");
        Require(WeightDecay is >= 0 and < 1, "weight_decay must be at least 0 and below 1");
        Require(Betas is [>= 0 and < 1, >= 0 and < 1], "betas must be two numbers of at least 0 and below 1");
        Require(ClipNorm > 0, "clip_norm must be positive");
        Require(
            CheckpointEvery > 0 && LogEvery > 0 && SampleEvery >= 0,
            "checkpoint_every and log_every must be positive, sample_every not negative"
        );
        Require(
            Points.Points >= 0 && Points.Oversampling >= 1 && Points.UncertainShare is >= 0 and <= 1,
            "points: not negative, oversampling at least 1, uncertain_share in 0..1"
        );
        Require(Lora.Rank > 0 && Lora.Dropout is >= 0 and < 1, "lora: r must be positive, lora_dropout in 0..1");
        Require(Train is null || Train.Count > 0, "train must name at least one part");
        Require(
            Train is null || Stage is RecipeStage.Pretraining or RecipeStage.InstructionTuning,
            "train belongs to the alignment stages only"
        );
        Require(
            Stage is not (RecipeStage.Pretraining or RecipeStage.InstructionTuning) || Model is not null,
            $"the stage '{RecipeJson.Text(Stage)}' needs a model to start from"
        );
        Require(Encoder is null || Shape is not null, "encoder belongs to a new model, beside 'shape'");
        Encoder?.Validate();
        Contrastive.Validate();
        Segmentation.Validate();
        Language.Validate();
        Data.Validate();
        Require(
            Data.PasteShare == 0 || Stage is RecipeStage.Contrastive or RecipeStage.Segmentation,
            "data: paste_share belongs to the perception stages"
        );
        foreach (string? folder in (string?[])[Model, LanguageModel])
        {
            if (folder is not null && !Directory.Exists(folder))
            {
                throw new OmgLlavaException(
                    $"The model directory '{folder}' does not exist; train the stage before this one first."
                );
            }
        }

        Require(Shape is null || File.Exists(Shape), $"the shape '{Shape}' does not exist");
    }

    internal static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new OmgLlavaException($"The recipe does not fit together: {what}.");
        }
    }

    private Recipe Resolve(string folder)
    {
        return this with
        {
            Model = Whole(Model),
            Shape = Whole(Shape),
            Encoder = Encoder is null ? null : Encoder with { Onnx = Whole(Encoder.Onnx)! },
            LanguageModel = Whole(LanguageModel),
            Output = Whole(Output)!,
            Data = Data.Resolve(folder),
        };

        string? Whole(string? path) => path is null ? null : Path.GetFullPath(path, folder);
    }
}
