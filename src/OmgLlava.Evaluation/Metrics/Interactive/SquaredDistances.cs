namespace OmgLlava.Evaluation.Metrics;

/// <summary>Exact squared Euclidean distances (Meijster, Roerdink and Hesselink 2000), linear in the number of pixels.</summary>
internal static class SquaredDistances
{
    /// <summary>The squared distance of each pixel inside to the nearest one outside; pixels beyond the picture are
    /// outside.</summary>
    /// <param name="inside">Row-major.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public static int[] ToOutside(ReadOnlySpan<bool> inside, int width, int height)
    {
        int[] vertical = Vertical(inside, width, height);
        int[] squared = new int[inside.Length];
        int[] at = new int[width + 2]; // columns, with one outside on either side, whose parabolas make the lower envelope
        int[] from = new int[width + 2]; // where each of them begins to be lowest
        for (int y = 0; y < height; y++)
        {
            Row(vertical.AsSpan(y * width, width), squared.AsSpan(y * width, width), at, from);
        }

        return squared;
    }

    /// <summary>Distance to the nearest pixel outside in the same column.</summary>
    private static int[] Vertical(ReadOnlySpan<bool> inside, int width, int height)
    {
        int[] distance = new int[inside.Length];
        for (int x = 0; x < width; x++)
        {
            for (int y = 0, i = x; y < height; y++, i += width)
            {
                distance[i] = inside[i] ? 1 + (y > 0 ? distance[i - width] : 0) : 0;
            }

            for (int y = height - 1, i = ((height - 1) * width) + x; y >= 0; y--, i -= width)
            {
                distance[i] = Math.Min(distance[i], 1 + (y < height - 1 ? distance[i + width] : 0));
            }
        }

        return distance;
    }

    private static void Row(ReadOnlySpan<int> vertical, Span<int> squared, int[] at, int[] from)
    {
        int width = vertical.Length;
        int last = 0;
        (at[0], from[0]) = (-1, -1);
        for (int u = 0; u <= width; u++)
        {
            int height = u < width ? vertical[u] : 0;
            while (last >= 0 && Value(vertical, from[last], at[last]) > Square(from[last] - u) + Square(height))
            {
                last--;
            }

            if (last < 0)
            {
                (last, at[0], from[0]) = (0, u, -1);
                continue;
            }

            int start = 1 + Meet(at[last], At(vertical, at[last]), u, height);
            if (start <= width)
            {
                last++;
                (at[last], from[last]) = (u, start);
            }
        }

        for (int x = width - 1; x >= 0; x--)
        {
            while (from[last] > x)
            {
                last--;
            }

            squared[x] = Value(vertical, x, at[last]);
        }
    }

    private static int At(ReadOnlySpan<int> vertical, int column) =>
        column >= 0 && column < vertical.Length ? vertical[column] : 0;

    private static int Value(ReadOnlySpan<int> vertical, int x, int column) => Square(x - column) + Square(At(vertical, column));

    /// <summary>The last column at which the parabola of the left column is not above that of the right one.</summary>
    private static int Meet(int left, int leftHeight, int right, int rightHeight) =>
        (int)Math.Floor((double)(Square(right) - Square(left) + Square(rightHeight) - Square(leftHeight)) / (2 * (right - left)));

    private static int Square(int value) => value * value;
}
