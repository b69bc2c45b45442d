using OmgLlava.Imaging;
using OmgLlava.Vision;

namespace OmgLlava;

/// <summary>
/// A picture that the model has looked at: everything that questions, prompts and segmentations need of it. Immutable, so it can
/// serve several chats at once; dispose it when none needs it any more.
/// </summary>
public sealed class PerceivedImage : IDisposable
{
    internal PerceivedImage(ImageGeometry geometry, SeenImage seen, TimeSpan duration) =>
        (Geometry, Seen, Duration) = (geometry, seen, duration);

    /// <summary>Size of the picture and its place in the model's input.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>How long looking took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long ByteCount => Seen.ByteCount;

    /// <summary>What the model knows of it.</summary>
    internal SeenImage Seen { get; }

    /// <inheritdoc/>
    public void Dispose() => Seen.Dispose();
}
