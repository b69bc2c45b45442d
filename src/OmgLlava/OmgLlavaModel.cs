using System.Diagnostics;
using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Perception;
using OmgLlava.Runtime;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>
/// OMG-LLaVA ready to answer. It holds nothing but weights and may be used from several threads at once; what belongs to a picture is in
/// its <see cref="PerceivedImage"/>, what belongs to a conversation in its <see cref="ImageChat"/>.
/// </summary>
public sealed class OmgLlavaModel : IDisposable
{
    private const double BytesPerInputPixel = 2600; // measured: the widest intermediate maps of ConvNeXt-L and the pixel decoder, float32

    private readonly OmgLlavaNetwork _network;
    private readonly Placement _vision;

    private OmgLlavaModel(OmgLlavaNetwork network, Tokenizer tokenizer, Placement vision, string weightsHash)
    {
        (_network, _vision, Tokenizer, WeightsHash) = (network, vision, tokenizer, weightsHash);
        Splicer = new PromptSplicer(
            new PromptPlaceholders(tokenizer.Id(ChatTemplate.RegionPlaceholder), tokenizer.Id(ChatTemplate.MarkPlaceholder)), EmbedRow);
        Generator = new TextGenerator(network.Language, tokenizer, [network.Config.Template.TurnEnd]);
        ClassNames = network.Config.Classes ?? [.. Enumerable.Range(0, network.Config.Perception.Classes).Select(i => $"class {i}")];
    }

    /// <summary>The model's configuration.</summary>
    public OmgLlavaConfig Config => _network.Config;

    /// <summary>The model's name.</summary>
    public string Name => Config.Name;

    /// <summary>Digits that tell these weights from others.</summary>
    public string WeightsHash { get; }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Names of the classes of plain segmentation.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    internal PromptSplicer Splicer { get; }

    internal TextGenerator Generator { get; }

    internal ILanguageModel Language => _network.Language;

    /// <summary>Loads a model directory.</summary>
    /// <param name="directory">A folder that <c>omg-llava convert</c> or <c>omg-llava new</c> made.</param>
    /// <param name="options">Device, element types, progress.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">The directory is missing, damaged or inconsistent, or the model does not fit into memory.</exception>
    public static OmgLlavaModel Load(string directory, LoadOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new LoadOptions();
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        var tokenizer = Tokenizer.Load(directory);
        RequireVocabulary(directory, config, tokenizer);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        ScalarType languageType = options.LanguageType ?? StoredType(weights);
        MemoryBudget budget = EstimateMemory(config, weights, options.VisionType, languageType);
        if (!budget.Fits && !options.IgnoreMemory)
        {
            throw new OmgLlavaException($"'{directory}' {budget}; close other programs, use a smaller element type, or load it all the same with --ignore-memory.");
        }

        Device device = TorchRuntime.Device(options.Device);
        var vision = new Placement(options.VisionType, device);
        var network = new OmgLlavaNetwork(config, vision, new Placement(languageType, device));
        try
        {
            long total = Math.Max(1, weights.Tensors.Values.Sum(info => info.ByteCount));
            network.Load(weights, new ByteShare(options.Progress, total), cancellation);
            return new OmgLlavaModel(network, tokenizer, vision, ModelDirectory.WeightsHash(directory));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>What loading a model directory takes of memory, and what there is.</summary>
    /// <exception cref="OmgLlavaException">The directory is missing or damaged.</exception>
    public static MemoryBudget EstimateMemory(string directory, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        return EstimateMemory(ModelDirectory.ReadConfig(directory), weights, options.VisionType, options.LanguageType ?? StoredType(weights));
    }

    /// <summary>Looks at a picture.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public PerceivedImage Perceive(RgbImage image) => Perceive([image])[0];

    /// <summary>Looks at several pictures at once; each is seen as it would be alone.</summary>
    public IReadOnlyList<PerceivedImage> Perceive(IReadOnlyList<RgbImage> images)
    {
        var clock = Stopwatch.StartNew();
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        int size = Config.Image.Size;
        Tensor pixels = stack(images.Select(image => tensor(Config.Image.Apply(image)).view(3, size, size))).to(_vision.Device);
        using ImagePerception batch = _network.Perception.Perceive(pixels);
        VisualTokens tokens = _network.VisualProjector.ProjectImages(batch);
        var perceived = new PerceivedImage[images.Count];
        for (int i = 0; i < perceived.Length; i++)
        {
            // One picture keeps the batch's tensors; of several each gets a copy of its own, so that they can be disposed one by one.
            ImagePerception own = images.Count == 1 ? batch.Image(i).Detach() : batch.Image(i).Copy().Detach();
            var ownTokens = new VisualTokens([tokens.Images[i].clone()], tokens.Pixels.narrow(0, i, 1).clone());
            perceived[i] = new PerceivedImage(Config.Image.Geometry(images[i].Width, images[i].Height), own, ownTokens.Detach(), clock.Elapsed / images.Count);
        }

        return perceived;
    }

    /// <summary>Starts a conversation about a picture, looking at it first. The chat disposes what it saw.</summary>
    public ImageChat StartChat(RgbImage image) => new(this, Perceive(image), ownsImage: true);

    /// <summary>Starts a conversation about a picture that was looked at before. The caller disposes it, after the chat.</summary>
    public ImageChat StartChat(PerceivedImage image) => new(this, image, ownsImage: false);

    /// <summary>Answers several questions at once; each gets the answer that it would get alone.</summary>
    /// <param name="questions">Questions about the same or different pictures.</param>
    /// <param name="options">How to generate; greedy by default.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>One answer for each question, in their order. The timings are those of the whole batch.</returns>
    /// <exception cref="OmgLlavaException">A question is empty, or a prompt does not fit its picture.</exception>
    public IReadOnlyList<Reply> AskBatch(
        IReadOnlyList<ImageQuestion> questions, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        BatchAnswer.Ask(this, questions, options ?? new GenerationOptions(), cancellation);

    /// <summary>Panoptic segmentation: every pixel belongs to at most one segment.</summary>
    public SegmentationResult Panoptic(PerceivedImage image, SegmentationOptions? options = null) =>
        Segment(image, options, PanopticFusion.Panoptic);

    /// <summary>Instance segmentation: things with scores; their masks may overlap.</summary>
    public SegmentationResult Instances(PerceivedImage image, SegmentationOptions? options = null) =>
        Segment(image, options, PanopticFusion.Instances);

    /// <summary>Semantic segmentation: the class of every pixel.</summary>
    public SemanticResult Semantic(PerceivedImage image)
    {
        using var inference = inference_mode();
        return new SemanticResult(image.Geometry.Width, image.Geometry.Height, PanopticFusion.Semantic(image.Perception, image.Geometry), ClassNames);
    }

    /// <summary>Interactive segmentation: the object at a point, in a box or under a region, without any language.</summary>
    /// <returns>One segment for each prompt, with an empty phrase; its score is the IoU that the model expects.</returns>
    /// <exception cref="OmgLlavaException">A prompt lies outside the picture or is empty.</exception>
    public IReadOnlyList<Segment> Interactive(PerceivedImage image, IReadOnlyList<VisualPrompt> prompts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return [.. prompts.Select(prompt =>
        {
            DecoderStage stage = PromptDecoder.Decode(_network.Perception, image, prompt).Last;
            float score = _network.Perception.Classifier.PredictIou(stage)[0, 0, 0].to(float32).sigmoid().item<float>();
            return SegmentReader.Read(stage.MaskLogits[0, 0], image.Geometry, ("", 0, 0)) with { Score = score };
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <summary>(N, D): the language model's tokens of visual prompts.</summary>
    internal Tensor EncodePrompts(PerceivedImage image, IReadOnlyList<VisualPrompt> prompts, bool boxesAsPublished)
    {
        using var scope = NewDisposeScope();
        Tensor queries = cat([.. prompts.Select(prompt => PromptDecoder.Decode(_network.Perception, image, prompt, boxesAsPublished).Joined()[0])]); // (N, 2C)
        Tensor index = zeros(prompts.Count, dtype: int64, device: queries.device);
        return _network.VisualProjector.ProjectPrompts(queries, index, image.Tokens).to(_network.Language.Embed(index.narrow(0, 0, 1)).dtype)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Decodes the mask that a [SEG] asks for.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hidden">(D): the language model's hidden state at [SEG].</param>
    /// <returns>(H/4, W/4): mask logits in the frame of the model's input.</returns>
    internal Tensor DecodeMask(PerceivedImage image, Tensor hidden)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        (Tensor content, Tensor position) = _network.TextProjector.ProjectQueries(hidden.unsqueeze(0).to(_vision.DType));
        DecodedQueries decoded = _network.MaskDecoder.DecodeAlone(content, position, image.Perception.Memory);
        return decoded.Last.MaskLogits[0, 0].MoveToOuterDisposeScope();
    }

    private Tensor EmbedRow(Tensor ids) => _network.Language.Embed(ids.to(_vision.Device));

    private SegmentationResult Segment(
        PerceivedImage image, SegmentationOptions? options,
        Func<ImagePerception, int, ImageGeometry, SegmentationOptions, IReadOnlyList<SegmentedObject>> fuse)
    {
        using var inference = inference_mode();
        IReadOnlyList<SegmentedObject> objects = fuse(image.Perception, Config.Perception.ThingClasses, image.Geometry, options ?? new SegmentationOptions());
        return new SegmentationResult(image.Geometry.Width, image.Geometry.Height, objects, ClassNames);
    }

    private static ScalarType StoredType(ITensorSource weights) =>
        weights.Tensors.TryGetValue("language.token_embedding.weight", out TensorInfo? info) ? info.DType : ScalarType.Float32;

    private static MemoryBudget EstimateMemory(OmgLlavaConfig config, ITensorSource weights, ScalarType vision, ScalarType language)
    {
        long bytes = weights.Tensors.Values.Sum(info => info.ElementCount * TensorInfo.ElementSize(
            info.Name.StartsWith("language.", StringComparison.Ordinal) || info.Name.StartsWith("adapters.", StringComparison.Ordinal) ? language : vision));
        double share = config.Perception.EncoderWidths[0] / 192.0 * TensorInfo.ElementSize(vision) / 4;
        long working = (long)((double)config.Image.Size * config.Image.Size * BytesPerInputPixel * share);
        return new MemoryBudget(bytes + working, MemoryBudget.AvailableBytes());
    }

    private static void RequireVocabulary(string directory, OmgLlavaConfig config, Tokenizer tokenizer)
    {
        int highest = Tokenizer.AddedTokens.Take(4).Max(tokenizer.Id); // <mark> needs no row: it is never generated
        if (highest >= config.EmbeddingRows || tokenizer.Count > config.EmbeddingRows + Tokenizer.AddedTokens.Count)
        {
            throw new OmgLlavaException(
                $"The tokenizer in '{directory}' has {tokenizer.Count} tokens, but the model has {config.EmbeddingRows} embedding rows; they do not belong together.");
        }
    }

    private sealed class ByteShare(IProgress<double>? progress, long total) : IProgress<long>
    {
        public void Report(long value) => progress?.Report((double)value / total);
    }
}
