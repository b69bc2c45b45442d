using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava;

/// <summary>Segments of a picture with the names of their classes.</summary>
/// <param name="Width">Width of the picture in pixels.</param>
/// <param name="Height">Height of the picture in pixels.</param>
/// <param name="Objects">The segments.</param>
/// <param name="ClassNames">Name of each class by its index.</param>
public sealed record SegmentationResult(
    int Width,
    int Height,
    IReadOnlyList<SegmentedObject> Objects,
    IReadOnlyList<string> ClassNames
)
{
    /// <summary>The name of a segment's class.</summary>
    public string NameOf(SegmentedObject segment) => ClassNames[segment.Class];

    /// <summary>The segments as items to draw, in the palette's colours.</summary>
    public IReadOnlyList<OverlayItem> ToOverlay() =>
        [.. Objects.Select((segment, i) => new OverlayItem(segment.Mask, Palette.Color(i), NameOf(segment)))];
}
