namespace OmgLlava.Imaging;

/// <summary>What a picture may cost before it is refused.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Most pixels, checked against the header before memory is taken.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Most bytes of a file.</summary>
    public long MaxFileBytes { get; init; } = 256L << 20;

    /// <summary>Longest side in pixels: the model pads to a square, whose memory grows with it.</summary>
    public int MaxSide { get; init; } = 16384;

    /// <summary>Longest side over shortest side: the model pads to a square, so an extreme strip would be all padding.</summary>
    public int MaxAspectRatio { get; init; } = 200;
}
