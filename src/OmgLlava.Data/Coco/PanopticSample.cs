namespace OmgLlava.Data.Coco;

/// <summary>A picture with its panoptic annotation.</summary>
/// <param name="ImageId">Its id in the file.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="MapPath">The PNG with the segments.</param>
/// <param name="Segments">The segments.</param>
public sealed record PanopticSample(long ImageId, string ImagePath, string MapPath, IReadOnlyList<PanopticSegment> Segments)
{
    /// <summary>Reads the segment of every pixel.</summary>
    /// <exception cref="OmgLlavaException">The PNG is missing, damaged, or has a segment that the JSON file does not
    /// name.</exception>
    public PanopticMap ReadMap()
    {
        Imaging.RgbImage png = LabelFile.Load(MapPath);
        ReadOnlySpan<byte> pixels = png.Pixels;
        int[] ids = new int[png.Width * png.Height];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = pixels[3 * i] | (pixels[(3 * i) + 1] << 8) | (pixels[(3 * i) + 2] << 16); // R + 256 G + 65536 B
        }

        var known = new HashSet<int>(Segments.Select(segment => segment.Id)) { 0 };
        int unknown = Array.Find(ids, id => !known.Contains(id));
        return unknown == 0
            ? new PanopticMap(png.Width, png.Height, ids)
            : throw new OmgLlavaException($"'{MapPath}' has pixels of the segment {unknown}, which its JSON file does not name.");
    }
}
