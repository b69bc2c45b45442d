using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Torch;

/// <summary>Computes models by libtorch, for those who find this assembly beside the program.</summary>
internal sealed class TorchExecutor : ITorchLibrary
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Versions
    {
        get
        {
            TorchRuntimeInfo info = TorchRuntime.Initialize();
            return new Dictionary<string, string>
            {
                ["torch_sharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString() ?? "",
                ["libtorch"] = info.ForeignVersion ?? info.TorchSharpTarget,
            };
        }
    }

    /// <inheritdoc/>
    public string Adaptation => TorchRuntime.Initialize().Patched ? "adapted to this system's older C++ library" : "";

    /// <inheritdoc/>
    public int GraphicsCards
    {
        get
        {
            TorchRuntime.Initialize();
            return cuda_is_available() ? cuda.device_count() : 0;
        }
    }

    /// <summary>A model over a network that training owns: it answers with the weights of the moment. Not to be
    /// disposed.</summary>
    public static OmgLlavaModel Wrap(OmgLlavaNetwork network, Tokenizer tokenizer, Placement vision) =>
        new(
            new ModelParts(
                network.Config,
                new TorchVision(network, vision),
                new TorchLanguage(network.Language),
                tokenizer,
                get_num_threads()
            )
        );

    /// <inheritdoc/>
    public (IVisionModel Vision, ILanguageModel? Language) Load(
        OmgLlavaConfig config,
        ITensorSource weights,
        string device,
        ElementType encoder,
        ElementType? language,
        IProgress<long> progress,
        CancellationToken cancellation
    )
    {
        var placement = new Placement(ScalarType.Float32, TorchRuntime.Device(device));
        Placement? words = language is { } type ? placement with { DType = type.ToTorch() } : null;
        var network = new OmgLlavaNetwork(config, placement, words, encoder.ToTorch());
        try
        {
            network.Load(weights, progress, cancellation);
            return (new TorchVision(network, placement), words is null ? null : new TorchLanguage(network.Language));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void LimitThreads(int threads) => set_num_threads(threads);
}
