using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>
/// Bilinear resizing (align_corners False, no antialiasing) as a matrix product, for the callers that need only some rows and
/// columns of an enlargement that would be too large to hold.
/// </summary>
internal static class BilinearResize
{
    /// <summary>The two source cells of each target cell and the weight of the second.</summary>
    public static (int First, int Second, float Weight)[] Taps(int source, int target)
    {
        float scale = (float)source / target;
        var taps = new (int, int, float)[target];
        for (int i = 0; i < target; i++)
        {
            float position = Math.Max(0, (scale * (i + 0.5f)) - 0.5f);
            int first = Math.Min((int)position, source - 1);
            taps[i] = (first, Math.Min(first + 1, source - 1), position - first);
        }

        return taps;
    }

    /// <summary>(cells, source): row i of the product with a (source, ...) map is cell <c>cells[i]</c> of its
    /// enlargement.</summary>
    public static Tensor Matrix(int source, int target, IReadOnlyList<int> cells, Device device)
    {
        (int First, int Second, float Weight)[] taps = Taps(source, target);
        var matrix = new float[cells.Count, source];
        for (int row = 0; row < cells.Count; row++)
        {
            (int first, int second, float weight) = taps[cells[row]];
            matrix[row, first] += 1 - weight;
            matrix[row, second] += weight;
        }

        return tensor(matrix, device: device);
    }
}
