using OmgLlava.Imaging;

namespace OmgLlava.Data.Referring;

/// <summary>
/// Draws a polygon with whole-numbered corners as OpenCV's <c>fillPoly</c> does: its border, 8-connected, and in each row
/// everything between every other pair of edges, rounded to the nearest pixel.
/// </summary>
internal static class FilledPolygon
{
    /// <summary>Largest coordinate, so that no border takes forever to draw.</summary>
    public const int MaxCoordinate = 1 << 20;

    public static Mask Draw(IReadOnlyList<(int X, int Y)> corners, int width, int height)
    {
        bool[] pixels = new bool[width * height];
        for (int i = 0; i < corners.Count; i++)
        {
            Line(corners[i], corners[(i + 1) % corners.Count], Set);
        }

        int first = Math.Max(0, corners.Select(corner => corner.Y).DefaultIfEmpty(0).Min());
        int last = Math.Min(height - 1, corners.Select(corner => corner.Y).DefaultIfEmpty(-1).Max());
        for (int y = first; y <= last; y++)
        {
            double[] crossings = [.. Crossings(corners, y).Order()];
            for (int k = 0; k + 1 < crossings.Length; k += 2)
            {
                int from = Math.Max(0, (int)Math.Floor(crossings[k] + 0.5));
                int to = Math.Min(width - 1, (int)Math.Floor(crossings[k + 1] + 0.5));
                for (int x = from; x <= to; x++)
                {
                    pixels[(y * width) + x] = true;
                }
            }
        }

        return new Mask(width, height, pixels);

        void Set(int x, int y)
        {
            if (x >= 0 && y >= 0 && x < width && y < height)
            {
                pixels[(y * width) + x] = true;
            }
        }
    }

    /// <summary>Where the edges cross a row; an edge has its upper end but not its lower one.</summary>
    private static IEnumerable<double> Crossings(IReadOnlyList<(int X, int Y)> corners, int y)
    {
        for (int i = 0; i < corners.Count; i++)
        {
            ((int x0, int y0), (int x1, int y1)) = (corners[i], corners[(i + 1) % corners.Count]);
            if (Math.Min(y0, y1) <= y && y < Math.Max(y0, y1))
            {
                yield return x0 + ((double)(y - y0) * (x1 - x0) / (y1 - y0));
            }
        }
    }

    /// <summary>Bresenham's line.</summary>
    private static void Line((int X, int Y) from, (int X, int Y) to, Action<int, int> set)
    {
        (int x, int y) = from;
        (int dx, int dy) = (Math.Abs(to.X - x), -Math.Abs(to.Y - y));
        (int stepX, int stepY) = (Math.Sign(to.X - x), Math.Sign(to.Y - y));
        int error = dx + dy;
        while (true)
        {
            set(x, y);
            if ((x, y) == to)
            {
                return;
            }

            int twice = 2 * error;
            if (twice >= dy)
            {
                error += dy;
                x += stepX;
            }

            if (twice <= dx)
            {
                error += dx;
                y += stepY;
            }
        }
    }
}
