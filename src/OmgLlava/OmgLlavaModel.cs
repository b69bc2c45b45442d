using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Perception;
using OmgLlava.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using OmgLlava.Words;

namespace OmgLlava;

/// <summary>
/// OMG-LLaVA ready to answer. It holds nothing but weights and may be used from several threads at once; what belongs to a
/// picture is in its <see cref="PerceivedImage"/>, what belongs to a conversation in its <see cref="ImageChat"/>.
/// </summary>
public sealed class OmgLlavaModel : IDisposable
{
    // measured: the widest intermediate maps of ConvNeXt-L and the pixel decoder, float32
    private const double BytesPerInputPixel = 2600;

    private readonly IVisionModel _vision;
    private readonly ThreadTeam? _team;
    private readonly ITorchLibrary? _torch;

    private OmgLlavaModel(
        OmgLlavaConfig config,
        IVisionModel vision,
        ILanguageModel language,
        Tokenizer tokenizer,
        string weightsHash,
        int threads,
        ThreadTeam? team,
        ITorchLibrary? torch
    )
    {
        (Config, _vision, Language, Tokenizer, WeightsHash) = (config, vision, language, tokenizer, weightsHash);
        (Threads, _team, _torch) = (threads, team, torch);
        Generator = new TextGenerator(language, tokenizer, [config.Template.TurnEnd]);
        ClassNames = config.Classes ?? [.. Enumerable.Range(0, config.Perception.Classes).Select(i => $"class {i}")];
    }

    /// <summary>The model's configuration.</summary>
    internal OmgLlavaConfig Config { get; }

    /// <summary>The model's name.</summary>
    public string Name => Config.Name;

    /// <summary>Digits that tell these weights from others.</summary>
    public string WeightsHash { get; }

    /// <summary>The tokenizer.</summary>
    internal Tokenizer Tokenizer { get; }

    /// <summary>Names of the classes of plain segmentation.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Threads that compute one step.</summary>
    internal int Threads { get; }

    internal TextGenerator Generator { get; }

    /// <summary>Reads questions in the words that the model was taught; null where its directory does not list them.</summary>
    internal WordReader? Words { get; private init; }

    internal ILanguageModel Language { get; }

    /// <summary>Loads a model directory.</summary>
    /// <param name="directory">A folder that <c>omg-llava convert</c> or <c>omg-llava new</c> made.</param>
    /// <param name="options">Device, element types, progress.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">The directory is missing, damaged or inconsistent, or the model does not fit into
    /// memory.</exception>
    public static OmgLlavaModel Load(string directory, LoadOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new LoadOptions();
        TorchLibrary.RequireDevice(options.Device);
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        var tokenizer = Tokenizer.Load(directory);
        ModelWords? words = ModelWords.Load(directory);
        RequireVocabulary(directory, config, tokenizer);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        ElementType languageType = options.LanguageType ?? StoredType(weights);
        TensorAccount.Of(ModelTensors.Describe(config), weights.Tensors).ThrowIfWrong(weights.Path);
        LanguageEngine engine = ChooseEngine(directory, config, options);
        MemoryBudget budget = EstimateMemory(config, weights, options, languageType);
        if (!budget.Fits && !options.IgnoreMemory)
        {
            throw new OmgLlavaException(
                $"'{directory}' {budget}; close other programs, use a smaller element type, or load it all the same with "
                    + $"--ignore-memory."
            );
        }

        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        long total = Math.Max(1, weights.Tensors.Values.Sum(info => info.ByteCount));
        long others = total - weights.Tensors.Values.Where(info => IsLanguage(info.Name)).Sum(info => info.ByteCount);
        var seeing = new ByteShare(options.Progress, 0, total);
        ThreadTeam? team = null;
        IVisionModel? vision = null;
        ILanguageModel? language = null;
        ITorchLibrary? torch = null;
        try
        {
            if (TorchFor(config, options, engine) is { } reason)
            {
                torch = TorchLibrary.Require(reason);
                (vision, language) = torch.Load(
                    config,
                    weights,
                    options.Device,
                    EncoderType(config, options),
                    engine == LanguageEngine.Torch ? languageType : null,
                    seeing,
                    cancellation
                );
            }
            else
            {
                team = new ThreadTeam(threads);
                var kernels = Kernels.For(InstructionSets.Choose(null, options.Notes), team);
                vision = new VisionModel(new WeightReader(weights, kernels, seeing, cancellation), config);
            }

            ITensorSource merged = config.Lora is null ? weights : new MergedTensors(weights, config.Lora);
            language ??= CpuLanguageModel.Load(
                merged,
                "language.",
                config.Language,
                config.EmbeddingRows,
                config.Quantization ?? Plain(languageType),
                new CpuOptions { Threads = options.Threads, Notes = options.Notes },
                new ByteShare(options.Progress, others, total),
                cancellation
            );
            return new OmgLlavaModel(
                config,
                vision,
                language,
                tokenizer,
                ModelDirectory.WeightsHash(directory),
                threads,
                team,
                torch
            )
            {
                Words = words is null ? null : new WordReader(words),
            };
        }
        catch
        {
            vision?.Dispose();
            language?.Dispose();
            team?.Dispose();
            throw;
        }
    }

    /// <summary>A model over parts that somebody else owns and changes. Not to be disposed.</summary>
    internal static OmgLlavaModel Of(
        OmgLlavaConfig config,
        IVisionModel vision,
        ILanguageModel language,
        Tokenizer tokenizer,
        int threads
    ) => new(config, vision, language, tokenizer, weightsHash: "", threads, team: null, torch: null);

    /// <summary>What loading a model directory takes of memory, and what there is.</summary>
    /// <exception cref="OmgLlavaException">The directory is missing or damaged.</exception>
    public static MemoryBudget EstimateMemory(string directory, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        return EstimateMemory(
            ModelDirectory.ReadConfig(directory),
            weights,
            options,
            options.LanguageType ?? StoredType(weights)
        );
    }

    /// <summary>
    /// A question as the model is asked it. Wishes for masks are put into the words of the training for every model; all
    /// other ways of saying only for a
    /// model whose directory lists the words that it was taught (<c>words.json</c>). Chats and batches do this by themselves.
    /// </summary>
    /// <param name="question">The user's words.</param>
    /// <param name="prompts">What they point at; null for nothing.</param>
    public UnderstoodQuestion Understand(string question, IReadOnlyList<VisualPrompt>? prompts = null)
    {
        string tidy = QuestionText.Tidy(question);
        if (Words is not null)
        {
            return Words.Read(tidy, prompts ?? []);
        }

        (string asked, string? expression) = QuestionIntent.Read(tidy);
        return new UnderstoodQuestion(asked, expression ?? QuestionIntent.ExpressionOf(tidy));
    }

    /// <summary>Looks at a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops between the parts of perception.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public PerceivedImage Perceive(RgbImage image, CancellationToken cancellation = default) =>
        Perceive([image], cancellation)[0];

    /// <summary>Looks at several pictures.</summary>
    public IReadOnlyList<PerceivedImage> Perceive(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default)
    {
        var perceived = new List<PerceivedImage>();
        try
        {
            foreach (RgbImage image in images)
            {
                var clock = Stopwatch.StartNew();
                int size = Config.Image.Size;
                SeenImage seen = _vision.See(Config.Image.Apply(image, cancellation), (size, size), cancellation);
                perceived.Add(new PerceivedImage(Config.Image.Geometry(image.Width, image.Height), seen, clock.Elapsed));
            }

            return perceived;
        }
        catch
        {
            perceived.ForEach(image => image.Dispose());
            throw;
        }
    }

    /// <summary>Starts a conversation about a picture, looking at it first. The chat disposes what it saw.</summary>
    public ImageChat StartChat(RgbImage image) => new(this, Perceive(image), ownsImage: true);

    /// <summary>Starts a conversation about a picture that was looked at before. The caller disposes it, after the
    /// chat.</summary>
    public ImageChat StartChat(PerceivedImage image) => new(this, image, ownsImage: false);

    /// <summary>Answers several questions at once; each gets the answer that it would get alone.</summary>
    /// <param name="questions">Questions about the same or different pictures.</param>
    /// <param name="options">How to generate; greedy by default.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>One answer for each question, in their order. The timings are those of the whole batch.</returns>
    /// <exception cref="OmgLlavaException">A question is empty, or a prompt does not fit its picture.</exception>
    public IReadOnlyList<Reply> AskBatch(
        IReadOnlyList<ImageQuestion> questions,
        GenerationOptions? options = null,
        CancellationToken cancellation = default
    ) => BatchAnswer.Ask(this, questions, options ?? new GenerationOptions(), cancellation);

    /// <summary>Panoptic segmentation: every pixel belongs to at most one segment.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Thresholds; null for the published ones.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SegmentationResult Panoptic(
        PerceivedImage image,
        SegmentationOptions? options = null,
        CancellationToken cancellation = default
    ) => Segment(image, options, PanopticFusion.Panoptic, cancellation);

    /// <summary>Instance segmentation: things with scores; their masks may overlap.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Thresholds; null for the published ones.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SegmentationResult Instances(
        PerceivedImage image,
        SegmentationOptions? options = null,
        CancellationToken cancellation = default
    ) => Segment(image, options, PanopticFusion.Instances, cancellation);

    /// <summary>Semantic segmentation: the class of every pixel.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SemanticResult Semantic(PerceivedImage image, CancellationToken cancellation = default)
    {
        int[] classes = PanopticFusion.Semantic(image.Seen.ClassLogits, image.Seen.MaskLogits, image.Geometry, cancellation);
        return new SemanticResult(image.Geometry.Width, image.Geometry.Height, classes, ClassNames);
    }

    /// <summary>Interactive segmentation: the object at a point, in a box or under a region, without any language.</summary>
    /// <returns>One segment for each prompt, with an empty phrase; its score is the IoU that the model expects.</returns>
    /// <exception cref="OmgLlavaException">A prompt lies outside the picture or is empty.</exception>
    public IReadOnlyList<Segment> Interactive(PerceivedImage image, IReadOnlyList<VisualPrompt> prompts)
    {
        return
        [
            .. prompts.Select(prompt =>
            {
                using DecodedPrompt decoded = PromptDecoder.Decode(_vision, image, prompt);
                return SegmentReader.Read(decoded.MaskLogits, image.Geometry, ("", 0, 0)) with
                {
                    Score = 1 / (1 + MathF.Exp(-decoded.IouLogit)),
                };
            }),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Language.Dispose();
        _vision.Dispose();
        _team?.Dispose();
    }

    /// <summary>How many threads one computation of the calling thread takes, where the calling thread decides that.</summary>
    internal void LimitThreads(int threads) => _torch?.LimitThreads(threads);

    /// <summary>(N, D): the language model's tokens of visual prompts.</summary>
    internal Tensor EncodePrompts(PerceivedImage image, IReadOnlyList<VisualPrompt> prompts, bool boxesAsPublished)
    {
        DecodedPrompt[] decoded = [.. prompts.Select(prompt => PromptDecoder.Decode(_vision, image, prompt, boxesAsPublished))];
        try
        {
            return _vision.ProjectPrompts(image.Seen, decoded);
        }
        finally
        {
            Array.ForEach(decoded, prompt => prompt.Dispose());
        }
    }

    /// <summary>Decodes the mask that a [SEG] asks for.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hidden">(D): the language model's hidden state at [SEG].</param>
    /// <returns>(1, h, w), a quarter or half of the input's sides: mask logits in the frame of the model's input.</returns>
    internal Tensor DecodeMask(PerceivedImage image, Tensor hidden) => _vision.DecodeMask(image.Seen, hidden.Span);

    private SegmentationResult Segment(
        PerceivedImage image,
        SegmentationOptions? options,
        Func<Tensor, Tensor, int, ImageGeometry, SegmentationOptions, CancellationToken, IReadOnlyList<SegmentedObject>> fuse,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<SegmentedObject> objects = fuse(
            image.Seen.ClassLogits,
            image.Seen.MaskLogits,
            Config.Perception.ThingClasses,
            image.Geometry,
            options ?? new SegmentationOptions(),
            cancellation
        );
        return new SegmentationResult(image.Geometry.Width, image.Geometry.Height, objects, ClassNames);
    }

    private static ElementType StoredType(ITensorSource weights) =>
        weights.Tensors.TryGetValue("language.token_embedding.weight", out TensorInfo? info) ? info.DType : ElementType.Float32;

    private static LanguageEngine ChooseEngine(string directory, OmgLlavaConfig config, LoadOptions options)
    {
        if (options.Engine == LanguageEngine.Torch && config.Quantization is not null)
        {
            throw new OmgLlavaException(
                $"'{directory}' is quantized, which only the C# engine runs; load it with the engine 'cpu' or 'auto'."
            );
        }

        bool torch =
            config.Quantization is null
            && (options.Device != "cpu" || options.LanguageType is not (null or ElementType.Float32 or ElementType.BFloat16));
        return options.Engine != LanguageEngine.Auto ? options.Engine
            : torch ? LanguageEngine.Torch
            : LanguageEngine.Cpu;
    }

    /// <summary>What libtorch is needed for, as the beginning of a sentence; null where it is not.</summary>
    private static string? TorchFor(OmgLlavaConfig config, LoadOptions options, LanguageEngine engine) =>
        options.Engine == LanguageEngine.Torch ? "The engine 'torch'"
        : options.Device != "cpu" ? $"The device '{options.Device}'"
        : engine == LanguageEngine.Torch ? $"A language model in {options.LanguageType}"
        : EncoderType(config, options) != ElementType.Float32 ? $"Perception in {EncoderType(config, options)}"
        : null;

    /// <summary>
    /// The type of image encoder and projectors, which only libtorch computes in another than float32. Small ones gain
    /// nothing of bfloat16: their time
    /// goes elsewhere.
    /// </summary>
    private static ElementType EncoderType(OmgLlavaConfig config, LoadOptions options)
    {
        const int Large = 1024; // ConvNeXt-B and L, ResNet-50; the 512 of a ResNet-18 are few
        bool fast =
            options.Device != "cpu"
            || (ProcessorFeatures.HasBFloat16 && options.Engine != LanguageEngine.Cpu && TorchLibrary.Installed is not null);
        return options.VisionType
            ?? (fast && config.Perception.EncoderWidths[^1] >= Large ? ElementType.BFloat16 : ElementType.Float32);
    }

    private static QuantizationConfig Plain(ElementType type) =>
        QuantizationConfig.All(type == ElementType.BFloat16 ? WeightFormat.BFloat16 : WeightFormat.Float32);

    /// <summary>Whether a tensor belongs to the parts that large models hold in 16 bits: image encoder and projectors.</summary>
    private static bool IsWide(string name) =>
        ((string[])["perception.image_encoder.", "visual_projector.", "text_projector."]).Any(part =>
            name.StartsWith(part, StringComparison.Ordinal)
        );

    private static bool IsLanguage(string name) => name.StartsWith("language.", StringComparison.Ordinal);

    private static MemoryBudget EstimateMemory(
        OmgLlavaConfig config,
        ITensorSource weights,
        LoadOptions options,
        ElementType language
    )
    {
        ElementType vision = EncoderType(config, options);
        if (
            language == ElementType.Float16
            && options.Engine != LanguageEngine.Torch
            && options.Device == "cpu"
            && options.LanguageType is null
        )
        {
            language = ElementType.Float32; // the C# engine has no float16 weights
        }

        long bytes = weights.Tensors.Values.Sum(info =>
            IsLanguage(info.Name) && config.Quantization is not null
                ? info.ByteCount
                : info.ElementCount
                    * ElementTypes.Size(
                        IsLanguage(info.Name) || info.Name.StartsWith("adapters.", StringComparison.Ordinal) ? language
                        : IsWide(info.Name) ? vision
                        : ElementType.Float32
                    )
        );
        double share = config.Perception.EncoderWidths[0] / 192.0 * ElementTypes.Size(vision) / 4;
        long working = (long)((double)config.Image.Size * config.Image.Size * BytesPerInputPixel * share);
        return new MemoryBudget(bytes + working, MemoryBudget.AvailableBytes());
    }

    private static void RequireVocabulary(string directory, OmgLlavaConfig config, Tokenizer tokenizer)
    {
        int highest = Tokenizer.AddedTokens.Take(4).Max(tokenizer.Id); // <mark> needs no row: it is never generated
        if (highest >= config.EmbeddingRows || tokenizer.Count > config.EmbeddingRows + Tokenizer.AddedTokens.Count)
        {
            throw new OmgLlavaException(
                $"The tokenizer in '{directory}' has {tokenizer.Count} tokens, but the model has {config.EmbeddingRows} "
                    + $"embedding rows; they do not belong together."
            );
        }
    }

    private sealed class ByteShare(IProgress<double>? progress, long before, long total) : IProgress<long>
    {
        public void Report(long value) => progress?.Report((double)(before + value) / total);
    }
}
