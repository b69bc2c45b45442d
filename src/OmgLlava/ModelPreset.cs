using OmgLlava.Alignment;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Perception;

namespace OmgLlava;

/// <summary>A model shape with a name, for <c>omg-llava new</c>.</summary>
/// <param name="Name">What users call it.</param>
/// <param name="Summary">One line for people.</param>
/// <param name="Config">The shape.</param>
/// <param name="LanguageType">Element type of the language model.</param>
internal sealed record ModelPreset(string Name, string Summary, OmgLlavaConfig Config, ElementType LanguageType)
{
    /// <summary>All presets.</summary>
    public static IReadOnlyList<ModelPreset> All { get; } =
    [
        new(
            "tiny",
            "0.9 million parameters, 128 x 128 pixels: answers at once, for trying things out and for tests",
            Tiny(),
            ElementType.Float32
        ),
        new(
            "omg-llava-7b",
            "the published model: CLIP ConvNeXt-L, OMG-Seg, InternLM2-chat-7B; 17 GB",
            new OmgLlavaConfig { Classes = CocoPanoptic.NamesFor(80, 53) },
            ElementType.BFloat16
        ),
    ];

    /// <summary>The preset of a name.</summary>
    /// <exception cref="OmgLlavaException">There is none; the message lists those that there are.</exception>
    public static ModelPreset Find(string name) =>
        All.FirstOrDefault(preset => preset.Name == name)
        ?? throw new OmgLlavaException(
            $"There is no preset '{name}'; there are {string.Join(", ", All.Select(preset => $"'{preset.Name}'"))}."
        );

    private static OmgLlavaConfig Tiny() =>
        new()
        {
            Name = "tiny",
            Image = new ImageTransform { Size = 128 },
            Perception = new PerceptionConfig
            {
                EncoderWidths = [16, 24, 48, 96],
                EncoderDepths = [1, 1, 2, 1],
                ClipHiddenWidth = 0,
                Channels = 64,
                Heads = 4,
                PixelDecoderLayers = 2,
                PixelDecoderFeedForward = 128,
                DecoderLayers = 4,
                DecoderFeedForward = 128,
                Queries = 20,
                ThingClasses = 7,
                StuffClasses = 5,
                ClassEmbeddingWidth = 48,
            },
            Language = new LanguageConfig
            {
                HiddenSize = 64,
                Layers = 4,
                Heads = 4,
                KeyValueHeads = 2,
                FeedForwardSize = 160,
                VocabularySize = 512,
                MaxPositions = 4096,
            },
            EmbeddingRows = 516,
            Alignment = new AlignmentConfig
            {
                QueryChannels = 64,
                ImageChannels = 96,
                LanguageWidth = 64,
            },
        };
}
