using System.Text.Json.Serialization;

namespace OmgLlava.Perception;

/// <summary>
/// The shape of the universal perception module (OMG-Seg). Defaults are those of the published
/// <c>convnext_large_d_320</c> model.
/// </summary>
internal sealed record PerceptionConfig
{
    /// <summary>How much narrower than its output a ResNet's bottleneck is inside.</summary>
    internal const int BottleneckRatio = 4;

    /// <summary>Levels of the pixel decoder that attend to one another.</summary>
    internal const int PixelDecoderLevels = 3;

    /// <summary>The published OMG-Seg with the CLIP ConvNeXt-L trunk, as OMG-LLaVA uses it.</summary>
    public static PerceptionConfig ConvNextLargeD320 { get; } = new();

    /// <summary>The image encoder's family.</summary>
    public EncoderKind Encoder { get; init; }

    /// <summary>Channels of the image encoder's four stages; 64, 128, 256, 512 for ResNet-18 and 34, four times as many for
    /// ResNet-50.</summary>
    public IReadOnlyList<int> EncoderWidths { get; init; } = [192, 384, 768, 1536];

    /// <summary>Blocks of the image encoder's four stages; 2, 2, 2, 2 for ResNet-18, 3, 4, 6, 3 for ResNet-34 and 50.</summary>
    public IReadOnlyList<int> EncoderDepths { get; init; } = [3, 3, 27, 3];

    /// <summary>Hidden width of the CLIP projection head; 0 for an encoder without one. OMG-LLaVA itself does not use
    /// it.</summary>
    public int ClipHiddenWidth { get; init; } = 1536;

    /// <summary>Width C of the pixel decoder, the queries and the mask features.</summary>
    public int Channels { get; init; } = 256;

    /// <summary>Attention heads of the pixel decoder and of the mask decoder.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Sampling points per head and level of the deformable attention.</summary>
    public int SamplingPoints { get; init; } = 4;

    /// <summary>Layers of the deformable-attention encoder in the pixel decoder.</summary>
    public int PixelDecoderLayers { get; init; } = 6;

    /// <summary>Feed-forward width of the pixel decoder.</summary>
    public int PixelDecoderFeedForward { get; init; } = 1024;

    /// <summary>Layers of the mask decoder.</summary>
    public int DecoderLayers { get; init; } = 9;

    /// <summary>Feed-forward width of the mask decoder.</summary>
    public int DecoderFeedForward { get; init; } = 2048;

    /// <summary>Learned object queries Q.</summary>
    public int Queries { get; init; } = 300;

    /// <summary>Classes of countable things; they come first in the class embeddings.</summary>
    public int ThingClasses { get; init; } = 80;

    /// <summary>Classes of stuff.</summary>
    public int StuffClasses { get; init; } = 53;

    /// <summary>Width of the class embeddings (the CLIP space).</summary>
    public int ClassEmbeddingWidth { get; init; } = 768;

    /// <summary>Prototypes (synonyms) per class; classes with fewer repeat theirs.</summary>
    public int ClassPrototypes { get; init; } = 1;

    /// <summary>
    /// Side of the block of last-stage pixels that becomes one token and one cell of the perception prior; 1 keeps every pixel,
    /// which small inputs need: only objects that own a cell reach the language model.
    /// </summary>
    public int PixelShuffleRatio { get; init; } = 2;

    /// <summary>Which object queries become tokens.</summary>
    public ObjectTokensConfig Objects { get; init; } = new();

    /// <summary>
    /// Whether everything is told where it stands: the mask decoder the cells that it looks at, the query of a visual prompt
    /// where it was put and how large it is, and every visual token its place, pixel tokens their cell, object tokens and prompts
    /// the box of their mask. Not in the published model, whose queries carry what they saw and not where: alike things are told
    /// apart only by what convolutions and attention happen to leave of a place.
    /// </summary>
    public bool Places { get; init; }

    /// <summary>
    /// Channels of a level of stride 2, seen anew in the picture, that makes the last masks twice as fine; 0 for none, as
    /// published. Where the input is small, an error of half a cell of stride 4 is a good part of a thing.
    /// </summary>
    public int MaskDetailChannels { get; init; }

    /// <summary>
    /// Whether a query reaches the language model together with the probabilities of its classes. In the published model only
    /// content and position do, while its class comes from the mask features under its mask as well.
    /// </summary>
    public bool ClassScores { get; init; }

    /// <summary>
    /// Whether the CLIP head reads the image encoder's last features under a query's mask, and what it makes of them joins the
    /// query's embedding before classes are told by it. Not in the published model, which trains on the classes of COCO; FC-CLIP
    /// (Yu et al. 2023) tells those that its training does not name so. Where the encoder has seen a million photographs and the
    /// rest a few thousand, it knows most.
    /// </summary>
    public bool ClipClasses { get; init; }

    /// <summary>
    /// Whether a query reaches the language model together with the shares of the basic colours under its mask. Not in the
    /// published model, whose pixel tokens are many and were shown millions of pictures.
    /// </summary>
    public bool Colors { get; init; }

    /// <summary>How the perception prior joins the image features.</summary>
    public PriorForm Prior { get; init; } = PriorForm.Concatenation;

    /// <summary>Pixels to a side of a cell of the masks.</summary>
    internal int MaskStride => MaskDetailChannels > 0 ? 2 : 4;

    /// <summary>All classes K, without the void class.</summary>
    public int Classes => ThingClasses + StuffClasses;

    /// <summary>Pixels of the input to a side of a cell of the image encoder's four stages.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> EncoderStrides { get; } = [4, 8, 16, 32];

    /// <summary>Pixels of the input to a side of a cell of the perception prior; the input's height and width are multiples of
    /// it.</summary>
    [JsonIgnore]
    public int CellStride => EncoderStrides[^1] * PixelShuffleRatio;

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="OmgLlavaException">One of them does not; the message names it.</exception>
    public void Validate()
    {
        Require(EncoderWidths.Count == 4 && EncoderDepths.Count == 4, "the encoder needs four widths and four depths");
        Require(EncoderWidths.All(w => w > 0) && EncoderDepths.All(d => d > 0), "encoder widths and depths must be positive");
        Require(
            Encoder != EncoderKind.ResNetBottleneck || EncoderWidths.All(w => w % BottleneckRatio == 0),
            "encoder widths of bottlenecks must be multiples of 4"
        );
        Require(Channels > 0 && Channels % 32 == 0, $"channels ({Channels}) must be a multiple of 32");
        Require(Heads > 0 && Channels % Heads == 0, $"channels ({Channels}) must be a multiple of heads ({Heads})");
        Require(SamplingPoints > 0, "sampling_points must be positive");
        Require(PixelDecoderLayers > 0 && DecoderLayers > 0, "both decoders need at least one layer");
        Require(PixelDecoderFeedForward > 0 && DecoderFeedForward > 0, "feed-forward widths must be positive");
        Require(Queries > 0, "queries must be positive");
        Require(ThingClasses >= 0 && StuffClasses >= 0 && Classes > 0, "there must be at least one class");
        Require(ClassEmbeddingWidth > 0 && ClassPrototypes > 0, "class embeddings need a width and at least one prototype");
        Require(PixelShuffleRatio is >= 1 and <= 8, $"pixel_shuffle_ratio ({PixelShuffleRatio}) must be in 1..8");
        Require(
            Objects.CellStride is not { } cell || EncoderStrides.Contains(cell),
            $"cell_stride of objects ({Objects.CellStride}) must be one of {string.Join(", ", EncoderStrides)}"
        );
        Require(
            MaskDetailChannels >= 0 && MaskDetailChannels % 32 == 0,
            $"mask_detail_channels ({MaskDetailChannels}) must be a multiple of 32"
        );
        Require(ClipHiddenWidth >= 0, "clip_hidden_width must not be negative");
        Require(!ClipClasses || ClipHiddenWidth > 0, "clip_classes needs a clip_hidden_width");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new OmgLlavaException($"The perception configuration does not fit together: {what}.");
        }
    }
}
