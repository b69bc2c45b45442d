using OmgLlava.Imaging;

namespace OmgLlava.Json;

/// <summary>A phrase of an answer with its pixels.</summary>
/// <param name="Phrase">The phrase; empty for a mask without words.</param>
/// <param name="Start">Where it begins in the text, in UTF-16 characters.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Score">0..1: the mean probability of the pixels inside.</param>
/// <param name="Found">Whether it is in the picture.</param>
/// <param name="Box">Left, top, right, bottom in pixels; null when nothing was found.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Mask">The pixels; null when nothing was found.</param>
public sealed record GroundingJson(
    string Phrase,
    int Start,
    int End,
    float Score,
    bool Found,
    float[]? Box,
    long Area,
    MaskJson? Mask
)
{
    /// <summary>Writes a segment.</summary>
    public static GroundingJson Of(Segment segment, MaskFormat format = MaskFormat.Rle) =>
        new(
            segment.Phrase,
            segment.Start,
            segment.End,
            segment.Score,
            segment.Found,
            segment.Mask is null ? null : Corners(segment.Mask),
            segment.Mask?.Area ?? 0,
            segment.Mask is null ? null : MaskJson.Of(segment.Mask, format)
        );

    internal static float[]? Corners(Mask mask) => mask.Box is { } box ? [box.X0, box.Y0, box.X1, box.Y1] : null;
}
