using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Vision;
using OmgLlava.Weights;

namespace OmgLlava;

/// <summary>What OmgLlava.Torch.dll does where it lies beside the program: the same model computed by libtorch.</summary>
internal interface ITorchLibrary
{
    /// <summary>Versions of its parts by name, for reports.</summary>
    /// <exception cref="OmgLlavaException">libtorch cannot be started.</exception>
    IReadOnlyDictionary<string, string> Versions { get; }

    /// <summary>What had to be done to start it here; empty for nothing.</summary>
    string Adaptation { get; }

    /// <summary>Graphics cards that it can compute on.</summary>
    int GraphicsCards { get; }

    /// <summary>Loads perception and, where asked for, the language model.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="encoder">Element type of image encoder and projectors.</param>
    /// <param name="language">Element type of the language model; null to leave it to another executor.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">The device is not there, or the weights do not fit.</exception>
    (IVisionModel Vision, ILanguageModel? Language) Load(
        OmgLlavaConfig config, ITensorSource weights, string device, ElementType encoder, ElementType? language,
        IProgress<long> progress, CancellationToken cancellation);

    /// <summary>How many threads one computation of the calling thread takes.</summary>
    void LimitThreads(int threads);
}
