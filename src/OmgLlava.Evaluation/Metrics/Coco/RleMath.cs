using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Set arithmetic on run lengths without unpacking pixels, equal to pycocotools (maskApi.c: <c>rleMerge</c>, <c>rleIou</c>,
/// <c>rleToBbox</c>).
/// </summary>
public static class RleMath
{
    /// <summary>The pixels in any of the masks; null when their sizes differ (pycocotools then gives an empty mask of 0 x
    /// 0).</summary>
    public static CocoRle? Union(params IReadOnlyList<CocoRle> masks) => Merge(masks, intersect: false);

    /// <summary>The pixels in all of the masks; null when their sizes differ (pycocotools then gives an empty mask of 0 x
    /// 0).</summary>
    public static CocoRle? Intersection(params IReadOnlyList<CocoRle> masks) => Merge(masks, intersect: true);

    /// <summary>
    /// The smallest box around a mask; all zero for an empty one. As in pycocotools, a run that goes on from the foot of a column
    /// to the head of the next makes the box as high as the picture.
    /// </summary>
    public static CocoBox BoundingBox(CocoRle mask)
    {
        ReadOnlySpan<uint> runs = mask.RunLengths;
        int count = runs.Length / 2 * 2;
        if (count == 0)
        {
            return default;
        }

        uint height = (uint)mask.Height;
        (uint x0, uint y0, uint x1, uint y1) = ((uint)mask.Width, height, 0, 0);
        uint at = 0;
        uint columnBefore = 0;
        for (int i = 0; i < count; i++)
        {
            at += runs[i];
            uint pixel = at - (uint)(i % 2);
            (uint x, uint y) = Math.DivRem(pixel, height);
            if (i % 2 == 0)
            {
                columnBefore = x;
            }
            else if (columnBefore < x)
            {
                (y0, y1) = (0, height - 1);
            }

            (x0, x1, y0, y1) = (Math.Min(x0, x), Math.Max(x1, x), Math.Min(y0, y), Math.Max(y1, y));
        }

        return new CocoBox(x0, y0, x1 - x0 + 1d, y1 - y0 + 1d);
    }

    /// <summary>Intersection over union of two masks.</summary>
    /// <param name="detection">The mask of the detection.</param>
    /// <param name="truth">The mask of the ground truth.</param>
    /// <param name="crowd">Whether that is a crowd: then the denominator is the detection's own area.</param>
    /// <returns>0 to 1; 0 for two empty masks; -1 as in pycocotools when the sizes differ and the bounding boxes
    /// overlap.</returns>
    public static double IntersectionOverUnion(CocoRle detection, CocoRle truth, bool crowd = false) =>
        IntersectionOverUnion(detection, BoundingBox(detection), truth, BoundingBox(truth), crowd);

    /// <summary>The same, with the bounding boxes at hand.</summary>
    internal static double IntersectionOverUnion(
        CocoRle detection,
        in CocoBox detectionBox,
        CocoRle truth,
        in CocoBox truthBox,
        bool crowd
    )
    {
        if (!(detectionBox.IntersectionOverUnion(truthBox) > 0))
        {
            return 0;
        }

        if (detection.Height != truth.Height || detection.Width != truth.Width)
        {
            return -1;
        }

        MaskOverlap overlap = Overlap(detection.RunLengths, truth.RunLengths);
        return overlap.Intersection == 0 ? 0 : (double)overlap.Intersection / (crowd ? detection.Area : overlap.Union);
    }

    /// <summary>Pixels in both and in either of two encodings, which must be of the same size: their runs then end
    /// together.</summary>
    internal static MaskOverlap Overlap(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        (uint leftA, uint leftB) = (First(a), First(b));
        (int i, int j) = (1, 1);
        (bool inA, bool inB) = (false, false);
        (long both, long either) = (0, 0);
        do
        {
            uint step = Math.Min(leftA, leftB);
            either += inA || inB ? step : 0;
            both += inA && inB ? step : 0;
            if ((leftA -= step) == 0 && i < a.Length)
            {
                (leftA, inA) = (a[i++], !inA);
            }

            if ((leftB -= step) == 0 && j < b.Length)
            {
                (leftB, inB) = (b[j++], !inB);
            }
        } while (leftA > 0 || leftB > 0);

        return new MaskOverlap(both, either);
    }

    private static uint First(ReadOnlySpan<uint> runs) => runs.IsEmpty ? 0 : runs[0];

    private static CocoRle? Merge(IReadOnlyList<CocoRle> masks, bool intersect)
    {
        ArgumentOutOfRangeException.ThrowIfZero(masks.Count, nameof(masks));
        CocoRle merged = masks[0];
        for (int i = 1; i < masks.Count; i++)
        {
            if (masks[i].Height != merged.Height || masks[i].Width != merged.Width)
            {
                return null;
            }

            merged = CocoRle.FromRuns(merged.Width, merged.Height, MergeRuns(merged.RunLengths, masks[i].RunLengths, intersect));
        }

        return merged;
    }

    private static List<uint> MergeRuns(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, bool intersect)
    {
        var runs = new List<uint>(a.Length + b.Length);
        (uint leftA, uint leftB) = (First(a), First(b));
        (int i, int j) = (1, 1);
        (bool inA, bool inB, bool inside) = (false, false, false);
        uint length = 0;
        bool more;
        do
        {
            uint step = Math.Min(leftA, leftB);
            length += step;
            if ((leftA -= step) == 0 && i < a.Length)
            {
                (leftA, inA) = (a[i++], !inA);
            }

            if ((leftB -= step) == 0 && j < b.Length)
            {
                (leftB, inB) = (b[j++], !inB);
            }

            more = leftA > 0 || leftB > 0;
            bool now = intersect ? inA && inB : inA || inB;
            if (now != inside || !more)
            {
                runs.Add(length);
                (inside, length) = (now, 0);
            }
        } while (more);

        return runs;
    }
}
