namespace OmgLlava.Imaging;

/// <summary>Follows the borders between pixels inside and outside a mask.</summary>
internal static class ContourTracer
{
    private static readonly (int Dx, int Dy)[] Directions = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    /// <summary>Closed outlines with the inside on their right: outer ones clockwise, those of holes counter-clockwise.</summary>
    public static IReadOnlyList<IReadOnlyList<double>> Trace(Mask mask)
    {
        if (mask.Box is not { } box)
        {
            return [];
        }

        (int width, int height) = (mask.Width, mask.Height);
        // A top border of a pixel (inside below, outside above) is walked from left to right by exactly one outline.
        ReadOnlySpan<bool> pixels = mask.Pixels;
        bool[] seen = new bool[width * height];
        var outlines = new List<IReadOnlyList<double>>();
        for (int y = (int)box.Y0; y < box.Y1; y++)
        {
            for (int x = (int)box.X0; x < box.X1; x++)
            {
                if (!seen[(y * width) + x] && Inside(pixels, width, height, x, y) && !Inside(pixels, width, height, x, y - 1))
                {
                    outlines.Add(Follow(pixels, width, height, x, y, seen));
                }
            }
        }

        return outlines;
    }

    private static List<double> Follow(ReadOnlySpan<bool> pixels, int width, int height, int startX, int startY, bool[] seen)
    {
        var points = new List<double>();
        (int x, int y, int direction) = (startX, startY, 0);
        do
        {
            if (direction == 0)
            {
                seen[(y * width) + x] = true;
            }

            (int dx, int dy) = Directions[direction];
            (x, y) = (x + dx, y + dy);
            // The pixels ahead, left and right of the walk. Turning right first keeps pixels that touch only at a corner apart.
            (bool left, bool right) = direction switch
            {
                0 => (Inside(pixels, width, height, x, y - 1), Inside(pixels, width, height, x, y)),
                1 => (Inside(pixels, width, height, x, y), Inside(pixels, width, height, x - 1, y)),
                2 => (Inside(pixels, width, height, x - 1, y), Inside(pixels, width, height, x - 1, y - 1)),
                _ => (Inside(pixels, width, height, x - 1, y - 1), Inside(pixels, width, height, x, y - 1)),
            };
            int next =
                !right ? (direction + 1) % 4
                : left ? (direction + 3) % 4
                : direction;
            if (next != direction)
            {
                points.Add(x);
                points.Add(y);
            }

            direction = next;
        } while (x != startX || y != startY || direction != 0);

        return points;
    }

    private static bool Inside(ReadOnlySpan<bool> pixels, int width, int height, int x, int y) =>
        x >= 0 && y >= 0 && x < width && y < height && pixels[(y * width) + x];
}
