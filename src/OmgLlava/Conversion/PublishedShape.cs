using System.Text.Json;
using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Reads the configuration of a published model off its tensors, by our names. What shapes cannot show (heads, how many classes
/// are things, the scale of the adapters, the size of pictures) is that of the published model unless a file says otherwise.
/// </summary>
internal static class PublishedShape
{
    /// <param name="tensors">All tensors by our names.</param>
    /// <param name="language">The language model's own configuration.</param>
    /// <param name="overrides">
    /// JSON with any of <c>image_size</c>, <c>image_mean</c>, <c>image_std</c>, <c>vision: {heads, points, things}</c>,
    /// <c>lora: {lora_alpha}</c>, <c>cross_attn_heads</c>; null for none.
    /// </param>
    /// <param name="adapter">What a PEFT folder says of the adapters; null where there is none.</param>
    /// <exception cref="OmgLlavaException">The adapters' rank is not that of a configuration.</exception>
    /// <exception cref="KeyNotFoundException">A tensor that tells a size is missing; its name is the message.</exception>
    public static OmgLlavaConfig Infer(
        IReadOnlyDictionary<string, TensorInfo> tensors,
        LanguageConfig language,
        JsonElement? overrides,
        PeftConfig? adapter = null
    )
    {
        JsonElement? vision = Get(overrides, "vision");
        PerceptionConfig perception = InferPerception(tensors, vision);
        string[] adapters =
        [
            .. tensors.Keys.Where(name =>
                name.StartsWith("adapters.", StringComparison.Ordinal) && name.EndsWith(".a", StringComparison.Ordinal)
            ),
        ];
        int rank = adapters.Length > 0 ? Size(tensors, adapters[0], 0) : 0;
        RequireRank(rank, Int(Get(overrides, "lora"), "r"), "the configuration");
        RequireRank(rank, adapter?.Rank, $"'{adapter?.Path}'");
        return new OmgLlavaConfig
        {
            Image = new ImageTransform
            {
                Size = Int(overrides, "image_size") ?? 1024,
                Mean = Doubles(overrides, "image_mean") ?? new ImageTransform().Mean,
                Std = Doubles(overrides, "image_std") ?? new ImageTransform().Std,
            },
            Perception = perception,
            Language = language,
            EmbeddingRows = Math.Max(
                language.VocabularySize,
                tensors.ContainsKey("language.token_embedding.weight") ? Size(tensors, "language.token_embedding.weight", 0) : 0
            ),
            Alignment = InferAlignment(tensors, perception, language, overrides),
            Lora =
                rank == 0
                    ? null
                    : new LoraConfig
                    {
                        Rank = rank,
                        Alpha = Number(Get(overrides, "lora"), "lora_alpha") ?? adapter?.Alpha ?? rank / 2.0,
                    },
            Classes = CocoPanoptic.NamesFor(perception.ThingClasses, perception.StuffClasses),
        };
    }

    private static void RequireRank(int rank, int? said, string where)
    {
        if (rank > 0 && said is { } other && other != rank)
        {
            throw new OmgLlavaException($"The adapters have rank {rank}, but {where} says {other}; they do not belong together.");
        }
    }

    private static PerceptionConfig InferPerception(IReadOnlyDictionary<string, TensorInfo> tensors, JsonElement? vision)
    {
        const string Encoder = "perception.image_encoder.";
        const string Layers = "perception.pixel_decoder.layers.";
        int points = Int(vision, "points") ?? 4;
        int classes = Size(tensors, "perception.class_embeddings", 0);
        int things = Int(vision, "things") ?? Math.Min(80, classes);
        return new PerceptionConfig
        {
            EncoderWidths =
            [
                .. Enumerable.Range(0, 4).Select(s => Size(tensors, $"{Encoder}stages.{s}.blocks.0.norm.weight", 0)),
            ],
            EncoderDepths = [.. Enumerable.Range(0, 4).Select(s => Count(tensors, $"{Encoder}stages.{s}.blocks."))],
            ClipHiddenWidth = tensors.ContainsKey($"{Encoder}clip_head.expand.weight")
                ? Size(tensors, $"{Encoder}clip_head.expand.weight", 0)
                : 0,
            Channels = Size(tensors, "perception.query_content", 1),
            Queries = Size(tensors, "perception.query_content", 0),
            SamplingPoints = points,
            Heads =
                Int(vision, "heads")
                ?? Size(tensors, $"{Layers}0.attention.attention_weights.weight", 0)
                    / (PerceptionConfig.PixelDecoderLevels * points),
            PixelDecoderLayers = Count(tensors, Layers),
            PixelDecoderFeedForward = Size(tensors, $"{Layers}0.feed_forward.0.weight", 0),
            DecoderLayers = Count(tensors, "perception.decoder.layers."),
            DecoderFeedForward = Size(tensors, "perception.decoder.layers.0.feed_forward.0.weight", 0),
            ThingClasses = things,
            StuffClasses = classes - things,
            ClassPrototypes = Size(tensors, "perception.class_embeddings", 1),
            ClassEmbeddingWidth = Size(tensors, "perception.class_embeddings", 2),
        };
    }

    private static AlignmentConfig InferAlignment(
        IReadOnlyDictionary<string, TensorInfo> tensors,
        PerceptionConfig perception,
        LanguageConfig language,
        JsonElement? overrides
    )
    {
        bool attends = tensors.ContainsKey("visual_projector.objects.cross_attention.feed_forward.0.weight");
        return new AlignmentConfig
        {
            QueryChannels = perception.Channels,
            ImageChannels = perception.EncoderWidths[3],
            ProjectorDepth = Count(tensors, "visual_projector.objects.mlp."),
            LanguageWidth = language.HiddenSize,
            CrossAttention = attends,
            CrossAttentionHeads = Int(overrides, "cross_attn_heads") ?? 32,
            CrossAttentionFeedForward = attends
                ? Size(tensors, "visual_projector.objects.cross_attention.feed_forward.0.weight", 0)
                : 4096,
            SeparatePromptProjection = tensors.ContainsKey("visual_projector.prompts.query_projection.weight"),
            SeparateMaskDecoder = tensors.Keys.Any(name => name.StartsWith("segmentation_decoder.", StringComparison.Ordinal)),
        };
    }

    private static int Size(IReadOnlyDictionary<string, TensorInfo> tensors, string name, int dimension) =>
        tensors.TryGetValue(name, out TensorInfo? info) && info.Shape.Count > dimension
            ? checked((int)info.Shape[dimension])
            : throw new KeyNotFoundException(name);

    /// <summary>How many numbers follow a prefix: layers, blocks.</summary>
    private static int Count(IReadOnlyDictionary<string, TensorInfo> tensors, string prefix) =>
        tensors
            .Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..].Split('.')[0])
            .Distinct()
            .Count();

    private static JsonElement? Get(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } e
        && e.TryGetProperty(name, out JsonElement value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static int? Int(JsonElement? element, string name) => Get(element, name)?.GetInt32();

    private static double? Number(JsonElement? element, string name) => Get(element, name)?.GetDouble();

    private static double[]? Doubles(JsonElement? element, string name) =>
        Get(element, name) is { } array ? [.. array.EnumerateArray().Select(number => number.GetDouble())] : null;
}
