using OmgLlava.Perception;

namespace OmgLlava.Json;

/// <summary>A segment of a picture with its class.</summary>
/// <param name="Class">Name of the class.</param>
/// <param name="IsThing">Whether it is countable.</param>
/// <param name="Score">0..1.</param>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Mask">The pixels.</param>
public sealed record ClassSegmentJson(string Class, bool IsThing, float Score, float[]? Box, long Area, MaskJson Mask)
{
    /// <summary>Writes a segment.</summary>
    public static ClassSegmentJson Of(SegmentedObject segment, string name, MaskFormat format = MaskFormat.Rle) =>
        new(
            name,
            segment.IsThing,
            segment.Score,
            GroundingJson.Corners(segment.Mask),
            segment.Mask.Area,
            MaskJson.Of(segment.Mask, format)
        );
}
