using System.Text.Json;
using System.Text.Json.Serialization;
using OmgLlava.Alignment;
using OmgLlava.Files;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Perception;

namespace OmgLlava;

/// <summary>What a model directory's <c>config.json</c> says: the shape of every part.</summary>
internal sealed record OmgLlavaConfig
{
    /// <summary>The format that this library writes.</summary>
    public const int CurrentFormat = 1;

    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        AllowDuplicateProperties = false,
        TypeInfoResolver = LibraryJson.Default,
        Converters =
        {
            new JsonStringEnumConverter<EncoderKind>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<PriorForm>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<RegionTokenForm>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<WeightFormat>(JsonNamingPolicy.SnakeCaseLower),
        },
    };

    private static readonly Type[] Enumerations =
    [
        typeof(EncoderKind),
        typeof(PriorForm),
        typeof(RegionTokenForm),
        typeof(WeightFormat),
    ];

    /// <summary>Always <c>omg-llava</c>.</summary>
    public string ModelType { get; init; } = "omg-llava";

    /// <summary>Format of the directory.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Name of the model, shown in every answer.</summary>
    public string Name { get; init; } = "omg-llava-7b";

    /// <summary>How pictures are prepared.</summary>
    public ImageTransform Image { get; init; } = new();

    /// <summary>The perception module.</summary>
    public PerceptionConfig Perception { get; init; } = new();

    /// <summary>The language model.</summary>
    public LanguageConfig Language { get; init; } = new();

    /// <summary>Rows of the language model's embedding and head, with added tokens.</summary>
    public int EmbeddingRows { get; init; } = 92548;

    /// <summary>Projectors and switches.</summary>
    public AlignmentConfig Alignment { get; init; } = new();

    /// <summary>Adapters that are kept apart from the weights; null when there are none or they are merged.</summary>
    public LoraConfig? Lora { get; init; }

    /// <summary>How the language model's weights are packed; null when they are plain.</summary>
    public QuantizationConfig? Quantization { get; init; }

    /// <summary>How much around a small thing is looked at again when a point, box or region means it: a square of this many
    /// times the longer side of its box, 1 to 8. Null for one look at the whole picture, as published.</summary>
    public double? CloseLook { get; init; }

    /// <summary>Whether the mask of a box stays within it, and follows the colours of the picture where that is at hand. False,
    /// as published, leaves it as the model says.</summary>
    public bool BoxFit { get; init; }

    /// <summary>The thresholds of plain segmentation that suit the model.</summary>
    public SegmentationOptions Segmentation { get; init; } = new();

    /// <summary>Conversation format.</summary>
    public ChatTemplate Template { get; init; } = new();

    /// <summary>Names of the classes, things first; null where they have none.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Reads and checks a configuration.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, is not valid, or its numbers do not fit together.</exception>
    public static OmgLlavaConfig Load(string path)
    {
        byte[] file = InputFile.ReadSmall(path);
        try
        {
            OmgLlavaConfig config = Read(file) ?? throw new OmgLlavaException($"'{path}' is empty.");
            config.Validate();
            return config;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new OmgLlavaException(
                $"'{path}' is not a model configuration: {JsonErrors.Explain(error, Json, Enumerations)}",
                error
            );
        }
        catch (OmgLlavaException error)
        {
            throw new OmgLlavaException($"'{path}': {error.Message}", error);
        }
    }

    /// <summary>Writes the configuration.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public void Save(string path) =>
        OutputFile.Write(path, file => JsonSerializer.Serialize(file, this, Json.Of<OmgLlavaConfig>()));

    private static OmgLlavaConfig? Read(byte[] json) =>
        JsonContracts.Read<OmgLlavaConfig>(
            json,
            Json,
            new OmgLlavaConfig(),
            new ImageTransform(),
            new PerceptionConfig(),
            new ObjectTokensConfig(),
            new SegmentationOptions(),
            new LanguageConfig(),
            new RopeScaling(),
            new AlignmentConfig(),
            new LoraConfig(),
            new QuantizationConfig(),
            new ChatTemplate()
        );

    /// <summary>Checks that all parts fit together.</summary>
    /// <exception cref="OmgLlavaException">Something does not; the message names it.</exception>
    public void Validate()
    {
        if (ModelType != "omg-llava" || Format != CurrentFormat)
        {
            throw new OmgLlavaException(
                $"The model is of type '{ModelType}', format {Format}; this version reads 'omg-llava', format {CurrentFormat}."
            );
        }

        Perception.Validate();
        Language.Validate();
        Alignment.Validate();
        Quantization?.Validate();
        Require(
            Alignment.QueryChannels == Perception.Channels,
            $"query_channels ({Alignment.QueryChannels}) must be the channels of perception ({Perception.Channels})"
        );
        int scores = Perception.ClassScores ? Perception.Classes : 0;
        Require(
            Alignment.ClassScores == scores || Classes is null, // a shape whose classes come with its data has none yet
            $"the projector reads {Alignment.ClassScores} class scores, but perception gives {scores}"
        );
        int colors = Perception.Colors ? ColorNames.All.Count : 0;
        Require(
            Alignment.ColorScores == colors || Classes is null,
            $"the projector reads {Alignment.ColorScores} color scores, but perception gives {colors}"
        );
        Require(
            Alignment.PixelShuffleRatio == Perception.PixelShuffleRatio,
            "perception and alignment must agree on pixel_shuffle_ratio"
        );
        Require(
            Alignment.ImageChannels == Perception.EncoderWidths[3],
            $"the projector reads features of {Alignment.ImageChannels} channels, but perception gives "
                + $"{Perception.EncoderWidths[3]}"
        );
        Require(
            Alignment.LanguageWidth == Language.HiddenSize,
            $"llm_hidden_size ({Alignment.LanguageWidth}) must be the language model's hidden_size ({Language.HiddenSize})"
        );
        Require(Alignment.Prior == Perception.Prior, "perception and alignment must agree on the form of the prior");
        Require(
            Image.Size > 0 && Image.Size <= 8192 && Image.Size % Perception.CellStride == 0,
            $"the image size ({Image.Size}) must be a multiple of {Perception.CellStride}, up to 8192"
        );
        Require(
            Image.Mean.Count == 3 && Image.Std.Count == 3 && Image.Std.All(s => s > 0),
            "the image mean and std need three numbers each"
        );
        Require(
            EmbeddingRows >= Language.VocabularySize,
            $"embedding_rows ({EmbeddingRows}) must be at least the vocabulary size ({Language.VocabularySize})"
        );
        Require(Segmentation.Fault() is null, Segmentation.Fault() ?? "");
        Require(CloseLook is null or >= 1 and <= 8, $"close_look ({CloseLook}) must be 1 to 8");
        Require(
            Quantization is null || Lora is null,
            "a quantized language model has its adapters merged; 'lora' must be absent"
        );
        Require(
            Classes is null || Classes.Count == Perception.Classes,
            $"there are {Classes?.Count} class names for {Perception.Classes} classes"
        );
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new OmgLlavaException($"The model configuration does not fit together: {what}.");
        }
    }
}
