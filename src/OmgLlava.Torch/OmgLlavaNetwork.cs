using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Torch;

/// <summary>
/// The modules of OMG-LLaVA side by side: perception, both projectors, the language model, and, where they exist, the separate
/// mask decoder for [SEG] and the adapters. This is what training and conversion work on.
/// </summary>
internal sealed class OmgLlavaNetwork : IDisposable
{
    private const string LanguagePrefix = "language.";

    private readonly TorchLanguageModel? _language;

    /// <summary>Builds all modules with uninitialised weights.</summary>
    /// <param name="config">The shape of every part.</param>
    /// <param name="vision">Type and device of perception and projectors.</param>
    /// <param name="language">Type and device of the language model and its adapters; null to leave them out, for another
    /// executor.</param>
    /// <param name="encoder">Element type of the image encoder and the projectors; null for that of
    /// <paramref name="vision"/>.</param>
    /// <exception cref="OmgLlavaException">The configuration does not fit together.</exception>
    public OmgLlavaNetwork(OmgLlavaConfig config, Placement vision, Placement? language, ScalarType? encoder = null)
    {
        config.Validate();
        Config = config;
        Perception = new PerceptionModel(config.Perception, vision, encoder, config.Image);
        SegmentationDecoder = config.Alignment.SeparateMaskDecoder ? new MaskDecoder(config.Perception, vision) : null;
        Placement projectors = encoder is { } type ? vision with { DType = type } : vision;
        VisualProjector = new VisualProjector(config.Alignment, config.Perception, projectors);
        TextProjector = new TextProjector(config.Alignment, projectors);
        if (language is not null)
        {
            _language = new TorchLanguageModel(config.Language, config.EmbeddingRows, language);
            Adapters = config.Lora is null ? null : new LoraAdapters(_language, config.Lora, language);
            if (Adapters is not null)
            {
                _language.Attach(Adapters);
            }
        }

        Eval();
    }

    /// <summary>The shape of every part.</summary>
    public OmgLlavaConfig Config { get; }

    /// <summary>OMG-Seg.</summary>
    public PerceptionModel Perception { get; }

    /// <summary>The trained copy of the mask decoder that [SEG] uses; null when it uses the frozen one.</summary>
    public MaskDecoder? SegmentationDecoder { get; }

    /// <summary>Vision to language.</summary>
    public VisualProjector VisualProjector { get; }

    /// <summary>Language to mask queries.</summary>
    public TextProjector TextProjector { get; }

    /// <summary>InternLM2.</summary>
    /// <exception cref="InvalidOperationException">The network was built without it.</exception>
    public TorchLanguageModel Language =>
        _language ?? throw new InvalidOperationException("This network was built without its language model.");

    /// <summary>Adapters kept apart from the language model's weights; null when there are none.</summary>
    public LoraAdapters? Adapters { get; }

    /// <summary>The decoder of [SEG] masks.</summary>
    public MaskDecoder MaskDecoder => SegmentationDecoder ?? Perception.Decoder;

    private IEnumerable<(string Prefix, nn.Module? Module)> Parts =>
        [
            ("perception.", Perception),
            ("segmentation_decoder.", SegmentationDecoder),
            ("visual_projector.", VisualProjector),
            ("text_projector.", TextProjector),
            (LanguagePrefix, _language),
            ("adapters.", Adapters),
        ];

    /// <summary>Every tensor by the name that it has in a model directory.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors() =>
        Parts
            .Where(part => part.Module is not null)
            .SelectMany(part => part.Module!.named_parameters().Select(p => (part.Prefix + p.name, (Tensor)p.parameter)));

    /// <summary>Fills every tensor from a source, which must hold exactly these; a language model that was left out is
    /// ignored.</summary>
    /// <param name="source">The weights.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">Tensors are missing, unexpected or of another shape; the message lists
    /// them.</exception>
    public void Load(ITensorSource source, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        var tensors = Tensors().ToDictionary(t => t.Name, t => t.Tensor);
        TensorAccount.Of(tensors.Select(t => TorchTensors.Describe(t.Key, t.Value)), Own(source)).ThrowIfWrong(source.Path);
        long done = 0;
        foreach ((string name, Tensor tensor) in tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            source.ReadInto(name, tensor);
            progress?.Report(done += source.Tensors[name].ByteCount);
        }
    }

    private IReadOnlyDictionary<string, TensorInfo> Own(ITensorSource source) =>
        _language is not null
            ? source.Tensors
            : source.Tensors.Where(t => !t.Key.StartsWith(LanguagePrefix, StringComparison.Ordinal)).ToDictionary();

    /// <summary>Puts all parts into evaluation mode: no dropout.</summary>
    public void Eval()
    {
        foreach ((_, nn.Module? module) in Parts)
        {
            module?.eval();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, nn.Module? module) in Parts)
        {
            foreach (var (_, parameter) in module?.named_parameters() ?? [])
            {
                parameter.Dispose();
            }

            module?.Dispose();
        }
    }
}
