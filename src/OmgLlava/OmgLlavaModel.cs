using System.Diagnostics;
using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
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

    private OmgLlavaModel(OmgLlavaNetwork network, ILanguageModel language, Tokenizer tokenizer, Placement vision, string weightsHash)
    {
        (_network, Language, _vision, Tokenizer, WeightsHash) = (network, language, vision, tokenizer, weightsHash);
        Splicer = new PromptSplicer(
            new PromptPlaceholders(tokenizer.Id(ChatTemplate.RegionPlaceholder), tokenizer.Id(ChatTemplate.MarkPlaceholder)), EmbedRow);
        Generator = new TextGenerator(language, tokenizer, [network.Config.Template.TurnEnd]);
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

    internal ILanguageModel Language { get; }

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
        TensorAccount.Of(OmgLlavaNetwork.Describe(config), weights.Tensors).ThrowIfWrong(weights.Path);
        LanguageEngine engine = ChooseEngine(directory, config, options);
        MemoryBudget budget = EstimateMemory(config, weights, options, languageType);
        if (!budget.Fits && !options.IgnoreMemory)
        {
            throw new OmgLlavaException($"'{directory}' {budget}; close other programs, use a smaller element type, or load it all the same with --ignore-memory.");
        }

        Device device = TorchRuntime.Device(options.Device);
        var vision = new Placement(ScalarType.Float32, device);
        var network = new OmgLlavaNetwork(
            config, vision, engine == LanguageEngine.Torch ? new Placement(languageType, device) : null, EncoderType(config, options));
        ILanguageModel? language = null;
        try
        {
            long total = Math.Max(1, weights.Tensors.Values.Sum(info => info.ByteCount));
            long others = total - weights.Tensors.Values.Where(info => IsLanguage(info.Name)).Sum(info => info.ByteCount);
            network.Load(weights, new ByteShare(options.Progress, 0, total), cancellation);
            language = engine == LanguageEngine.Torch
                ? network.Language
                : CpuLanguageModel.Load(
                    weights, "language.", config.Language, config.EmbeddingRows, config.Quantization ?? Plain(languageType),
                    new CpuOptions { Threads = options.Threads, Notes = options.Notes }, new ByteShare(options.Progress, others, total), cancellation);
            return new OmgLlavaModel(network, language, tokenizer, vision, ModelDirectory.WeightsHash(directory));
        }
        catch
        {
            network.Dispose();
            language?.Dispose();
            throw;
        }
    }

    /// <summary>A model over a network that training owns: it answers with the weights of the moment. Not to be disposed.</summary>
    internal static OmgLlavaModel Wrap(OmgLlavaNetwork network, Tokenizer tokenizer, Placement vision) =>
        new(network, network.Language, tokenizer, vision, weightsHash: "");

    /// <summary>What loading a model directory takes of memory, and what there is.</summary>
    /// <exception cref="OmgLlavaException">The directory is missing or damaged.</exception>
    public static MemoryBudget EstimateMemory(string directory, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        return EstimateMemory(ModelDirectory.ReadConfig(directory), weights, options, options.LanguageType ?? StoredType(weights));
    }

    /// <summary>Looks at a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops between the parts of perception.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public PerceivedImage Perceive(RgbImage image, CancellationToken cancellation = default) => Perceive([image], cancellation)[0];

    /// <summary>Looks at several pictures at once; each is seen as it would be alone.</summary>
    public IReadOnlyList<PerceivedImage> Perceive(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        int size = Config.Image.Size;
        Tensor pixels = stack(images.Select(image => tensor(Config.Image.Apply(image, cancellation)).view(3, size, size))).to(_vision.Device);
        using ImagePerception batch = _network.Perception.Perceive(pixels, cancellation);
        VisualTokens tokens = _network.VisualProjector.ProjectImages(batch);
        var perceived = new PerceivedImage[images.Count];
        for (int i = 0; i < perceived.Length; i++)
        {
            // One picture keeps the batch's tensors; of several each gets a copy of its own, so that they can be disposed one by one.
            ImagePerception own = images.Count == 1 ? batch.Image(i).Detach() : batch.Image(i).Copy().Detach();
            var ownTokens = new VisualTokens([tokens.Images[i].clone()], tokens.Pixels.narrow(0, i, 1).clone(), [tokens.Objects[i].clone()]);
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
    /// <param name="image">The picture.</param>
    /// <param name="options">Thresholds; null for the published ones.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SegmentationResult Panoptic(PerceivedImage image, SegmentationOptions? options = null, CancellationToken cancellation = default) =>
        Segment(image, options, PanopticFusion.Panoptic, cancellation);

    /// <summary>Instance segmentation: things with scores; their masks may overlap.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Thresholds; null for the published ones.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SegmentationResult Instances(PerceivedImage image, SegmentationOptions? options = null, CancellationToken cancellation = default) =>
        Segment(image, options, PanopticFusion.Instances, cancellation);

    /// <summary>Semantic segmentation: the class of every pixel.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SemanticResult Semantic(PerceivedImage image, CancellationToken cancellation = default)
    {
        using var inference = inference_mode();
        int[] classes = PanopticFusion.Semantic(image.Perception, image.Geometry, cancellation);
        return new SemanticResult(image.Geometry.Width, image.Geometry.Height, classes, ClassNames);
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
    public void Dispose()
    {
        Language.Dispose();
        _network.Dispose();
    }

    /// <summary>(N, D): the language model's tokens of visual prompts.</summary>
    internal Tensor EncodePrompts(PerceivedImage image, IReadOnlyList<VisualPrompt> prompts, bool boxesAsPublished)
    {
        using var scope = NewDisposeScope();
        DecodedQueries[] decoded = [.. prompts.Select(prompt => PromptDecoder.Decode(_network.Perception, image, prompt, boxesAsPublished))];
        Tensor queries = cat([.. decoded.Select(prompt => prompt.Joined()[0])]); // (N, 2C)
        Tensor places = cat([.. decoded.Select(prompt => TokenPlaces.OfMasks(prompt.Last.MaskLogits[0]))]); // (N, 4)
        Tensor index = zeros(prompts.Count, dtype: int64, device: queries.device);
        return _network.VisualProjector.ProjectPrompts(queries, index, image.Tokens, places).to(Language.Embed(index.narrow(0, 0, 1)).dtype)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Decodes the mask that a [SEG] asks for.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hidden">(D): the language model's hidden state at [SEG].</param>
    /// <returns>(h, w), a quarter or half of the input's sides: mask logits in the frame of the model's input.</returns>
    internal Tensor DecodeMask(PerceivedImage image, Tensor hidden)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        (Tensor content, Tensor position) = _network.TextProjector.ProjectQueries(hidden.unsqueeze(0).to(_vision.Device));
        DecodedQueries decoded = _network.MaskDecoder.DecodeAlone(content.to(_vision.DType), position.to(_vision.DType), image.Perception.Memory);
        return decoded.Last.MaskLogits[0, 0].MoveToOuterDisposeScope();
    }

    private Tensor EmbedRow(Tensor ids) => Language.Embed(ids.to(_vision.Device)).to(_vision.Device);

    private SegmentationResult Segment(
        PerceivedImage image, SegmentationOptions? options,
        Func<ImagePerception, int, ImageGeometry, SegmentationOptions, CancellationToken, IReadOnlyList<SegmentedObject>> fuse, CancellationToken cancellation)
    {
        using var inference = inference_mode();
        IReadOnlyList<SegmentedObject> objects = fuse(
            image.Perception, Config.Perception.ThingClasses, image.Geometry, options ?? new SegmentationOptions(), cancellation);
        return new SegmentationResult(image.Geometry.Width, image.Geometry.Height, objects, ClassNames);
    }

    private static ScalarType StoredType(ITensorSource weights) =>
        weights.Tensors.TryGetValue("language.token_embedding.weight", out TensorInfo? info) ? info.DType : ScalarType.Float32;

    private static LanguageEngine ChooseEngine(string directory, OmgLlavaConfig config, LoadOptions options)
    {
        if (options.Engine == LanguageEngine.Torch && config.Quantization is not null)
        {
            throw new OmgLlavaException($"'{directory}' is quantized, which only the C# engine runs; load it with the engine 'cpu' or 'auto'.");
        }

        if (options.Engine == LanguageEngine.Cpu && config.Lora is not null)
        {
            throw new OmgLlavaException($"'{directory}' keeps its adapters apart, which only TorchSharp runs; merge them with 'omg-llava quantize', or load it with the engine 'torch' or 'auto'.");
        }

        bool torch = config.Quantization is null
            && (config.Lora is not null || options.Device != "cpu" || options.LanguageType is not (null or ScalarType.Float32 or ScalarType.BFloat16));
        return options.Engine != LanguageEngine.Auto ? options.Engine : torch ? LanguageEngine.Torch : LanguageEngine.Cpu;
    }

    /// <summary>The type of image encoder and projectors. Small ones gain nothing of bfloat16: their time goes elsewhere.</summary>
    private static ScalarType EncoderType(OmgLlavaConfig config, LoadOptions options)
    {
        const int Large = 1024; // ConvNeXt-B and L, ResNet-50; the 512 of a ResNet-18 are few
        bool fast = options.Device != "cpu" || ProcessorFeatures.HasBFloat16;
        return options.VisionType ?? (fast && config.Perception.EncoderWidths[^1] >= Large ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    private static QuantizationConfig Plain(ScalarType type) =>
        QuantizationConfig.All(type == ScalarType.BFloat16 ? WeightFormat.BFloat16 : WeightFormat.Float32);

    /// <summary>Whether a tensor belongs to the parts that large models hold in 16 bits: image encoder and projectors.</summary>
    private static bool IsWide(string name) =>
        ((string[])["perception.image_encoder.", "visual_projector.", "text_projector."]).Any(part => name.StartsWith(part, StringComparison.Ordinal));

    private static bool IsLanguage(string name) => name.StartsWith("language.", StringComparison.Ordinal);

    private static MemoryBudget EstimateMemory(OmgLlavaConfig config, ITensorSource weights, LoadOptions options, ScalarType language)
    {
        ScalarType vision = EncoderType(config, options);
        if (language == ScalarType.Float16 && options.Engine != LanguageEngine.Torch && options.Device == "cpu" && options.LanguageType is null)
        {
            language = ScalarType.Float32; // the C# engine has no float16 weights
        }

        long bytes = weights.Tensors.Values.Sum(info =>
            IsLanguage(info.Name) && config.Quantization is not null ? info.ByteCount : info.ElementCount * TensorInfo.ElementSize(
                IsLanguage(info.Name) || info.Name.StartsWith("adapters.", StringComparison.Ordinal) ? language
                : IsWide(info.Name) ? vision : ScalarType.Float32));
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

    private sealed class ByteShare(IProgress<double>? progress, long before, long total) : IProgress<long>
    {
        public void Report(long value) => progress?.Report((double)(before + value) / total);
    }
}
