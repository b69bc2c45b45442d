namespace OmgLlava.Imaging;

/// <summary>
/// Draws a polygon as COCO does: its border on a grid five times finer, reduced to the crossings of pixel columns, which are then
/// the borders of runs.
/// </summary>
internal static class PolygonRasterizer
{
    private const double Scale = 5;
    private const double MaxCoordinate = 1e6;

    /// <param name="polygon">x0, y0, x1, y1, ...</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    public static CocoRle Draw(IReadOnlyList<double> polygon, int width, int height)
    {
        if (polygon.Count < 6 || polygon.Count % 2 != 0)
        {
            throw new OmgLlavaException(
                $"A polygon needs at least three points of two coordinates, but one has {polygon.Count} numbers."
            );
        }

        if (polygon.Any(c => !(Math.Abs(c) <= MaxCoordinate)))
        {
            throw new OmgLlavaException("A polygon has a coordinate that is no number or too large.");
        }

        List<(int U, int V)> border = Border(polygon);
        List<long> crossings = [];
        for (int j = 1; j < border.Count; j++)
        {
            ((int u, int v), (int pu, int pv)) = (border[j], border[j - 1]);
            if (u == pu)
            {
                continue;
            }

            double x = (((u < pu ? u : u - 1) + 0.5) / Scale) - 0.5;
            if (Math.Floor(x) != x || x < 0 || x > width - 1)
            {
                continue;
            }

            double y = Math.Ceiling(Math.Clamp((((v < pv ? v : pv) + 0.5) / Scale) - 0.5, 0, height));
            crossings.Add(((long)x * height) + (long)y);
        }

        return FromCrossings(crossings, width, height);
    }

    private static List<(int U, int V)> Border(IReadOnlyList<double> polygon)
    {
        int count = polygon.Count / 2;
        (int X, int Y)[] points =
        [
            .. Enumerable
                .Range(0, count + 1)
                .Select(i =>
                    ((int)((Scale * polygon[2 * (i % count)]) + 0.5), (int)((Scale * polygon[(2 * (i % count)) + 1]) + 0.5))
                ),
        ];
        var border = new List<(int, int)>();
        for (int j = 0; j < count; j++)
        {
            ((int xs, int ys), (int xe, int ye)) = (points[j], points[j + 1]);
            int dx = Math.Abs(xe - xs);
            int dy = Math.Abs(ys - ye);
            bool flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
            if (flip)
            {
                ((xs, ys), (xe, ye)) = ((xe, ye), (xs, ys));
            }

            bool flat = dx >= dy;
            int length = flat ? dx : dy;
            double slope =
                length == 0 ? 0
                : flat ? (double)(ye - ys) / dx
                : (double)(xe - xs) / dy;
            for (int d = 0; d <= length; d++)
            {
                int t = flip ? length - d : d;
                border.Add(flat ? (t + xs, (int)(ys + (slope * t) + 0.5)) : ((int)(xs + (slope * t) + 0.5), t + ys));
            }
        }

        return border;
    }

    private static CocoRle FromCrossings(List<long> crossings, int width, int height)
    {
        crossings.Add((long)width * height);
        crossings.Sort();
        var runs = new List<uint>();
        long previous = 0;
        bool join = false; // an empty run joins its neighbours
        foreach (long crossing in crossings)
        {
            uint length = (uint)(crossing - previous);
            previous = crossing;
            if (runs.Count == 0)
            {
                runs.Add(length);
            }
            else if (join)
            {
                runs[^1] += length;
                join = false;
            }
            else if (length > 0)
            {
                runs.Add(length);
            }
            else
            {
                join = true;
            }
        }

        return CocoRle.FromRuns(width, height, runs);
    }
}
