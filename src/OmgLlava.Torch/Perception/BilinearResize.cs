using static TorchSharp.torch;
using ResizeTaps = OmgLlava.Engine.ResizeTaps;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// Bilinear resizing (align_corners False, no antialiasing) as a matrix product, for the callers that need only some rows and
/// columns of an enlargement that would be too large to hold.
/// </summary>
internal static class BilinearResize
{
    /// <summary>(cells, source): row i of the product with a (source, ...) map is cell <c>cells[i]</c> of its
    /// enlargement.</summary>
    public static Tensor Matrix(int source, int target, IReadOnlyList<int> cells, Device device)
    {
        ResizeTaps[] taps = ResizeTaps.Of(source, target);
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
