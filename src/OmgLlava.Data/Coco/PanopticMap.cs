using OmgLlava.Imaging;

namespace OmgLlava.Data.Coco;

/// <summary>The segment of every pixel of a picture.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Ids">Row-major; 0 where nothing was annotated.</param>
public sealed record PanopticMap(int Width, int Height, int[] Ids)
{
    /// <summary>The pixels of a segment.</summary>
    public Mask MaskOf(PanopticSegment segment) => new(Width, Height, Array.ConvertAll(Ids, id => id == segment.Id));
}
