using OmgLlava.Imaging;

namespace OmgLlava.Serving;

/// <summary>What an <see cref="OmgLlavaService"/> may keep and take.</summary>
public sealed record ServingOptions
{
    /// <summary>Bytes of perception that are kept of pictures which nobody is using; the longest unused goes first.</summary>
    public long PerceptionBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of picture files that are kept, so that a picture whose perception was dropped can be looked at
    /// again.</summary>
    public long PictureBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of keys and values that are kept of conversations between their turns.</summary>
    public long ChatBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Names a picture by its owner and content, so that several servers name it alike; nobody else may be able to guess the
    /// name. Null for a random one.
    /// </summary>
    internal Func<string, string>? PictureNames { get; init; }

    /// <summary>What one picture may cost.</summary>
    public ImageLimits Image { get; init; } = new() { MaxFileBytes = 20 << 20, MaxPixels = 50_000_000 };

    /// <summary>
    /// Steps that are computed at once; the cores are divided between them. 0 chooses: one for a large model, whose steps fill
    /// all cores; up to four for a small one, whose threads would wait for each other longer than they compute.
    /// </summary>
    public int Workers { get; init; }
}
