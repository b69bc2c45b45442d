using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava;

/// <summary>
/// A picture that the model has looked at: everything that questions, prompts and segmentations need of it. Immutable, so it can serve
/// several chats at once; dispose it when none needs it any more.
/// </summary>
public sealed class PerceivedImage : IDisposable
{
    internal PerceivedImage(ImageGeometry geometry, ImagePerception perception, VisualTokens tokens, TimeSpan duration) =>
        (Geometry, Perception, Tokens, Duration) = (geometry, perception, tokens, duration);

    /// <summary>Size of the picture and its place in the model's input.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>What perception knows (B = 1).</summary>
    public ImagePerception Perception { get; }

    /// <summary>The tokens that the language model reads for it.</summary>
    public VisualTokens Tokens { get; }

    /// <summary>How long looking took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long ByteCount => Perception.Tensors().Concat(Tokens.Images).Append(Tokens.Pixels).Sum(tensor => tensor.numel() * tensor.element_size());

    /// <inheritdoc/>
    public void Dispose()
    {
        Perception.Dispose();
        Tokens.Dispose();
    }
}
