using OmgLlava.Engine;
using OmgLlava.Language;
using OmgLlava.Vision;
using OmgLlava.Words;

namespace OmgLlava;

/// <summary>What a model is put together from. Disposing frees all that was loaded.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Vision">Perception and projectors.</param>
/// <param name="Language">The language model.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Threads">Threads that compute one step.</param>
internal sealed record ModelParts(
    OmgLlavaConfig Config,
    IVisionModel Vision,
    ILanguageModel Language,
    Tokenizer Tokenizer,
    int Threads
) : IDisposable
{
    /// <summary>Digits that tell these weights from others; empty where nobody asks.</summary>
    public string WeightsHash { get; init; } = "";

    /// <summary>The words that the model was taught; null where its directory does not list them.</summary>
    public ModelWords? Words { get; init; }

    /// <summary>The engine's threads; null where libtorch has its own.</summary>
    public ThreadTeam? Team { get; init; }

    /// <summary>libtorch; null where the engine computes all.</summary>
    public ITorchLibrary? Torch { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Language.Dispose();
        Vision.Dispose();
        Team?.Dispose();
    }
}
