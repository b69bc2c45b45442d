using OmgLlava.Alignment;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>What each cell of the pixel grid counts in the token of a visual prompt that is pooled from pixel tokens.</summary>
internal static class RegionCells
{
    private const double Least = 1e-6; // all cells count alike in a mask without pixels

    /// <summary>The shares of some prompts.</summary>
    /// <param name="form">Whether the mask counts or its box; null is returned where neither does.</param>
    /// <param name="maskLogits">(N, H', W'), whole multiples of the grid's sides.</param>
    /// <param name="places">(N, 4): the boxes of the masks, see <see cref="TokenPlaces.OfMasks"/>.</param>
    /// <param name="grid">Height h and width w of the pixel grid.</param>
    /// <returns>(N, h * w): rows that sum to 1.</returns>
    public static Tensor? Of(RegionTokenForm form, Tensor maskLogits, Tensor places, (long Height, long Width) grid)
    {
        if (form == RegionTokenForm.Queries)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        Tensor shares = form == RegionTokenForm.MaskPooling ? OfMasks(maskLogits, grid) : OfBoxes(places, grid);
        shares = shares.flatten(1).Add(Least);
        return shares.div(shares.sum(-1, keepdim: true)).MoveToOuterDisposeScope();
    }

    /// <summary>(N, h, w).</summary>
    private static Tensor OfMasks(Tensor maskLogits, (long Height, long Width) grid) =>
        maskLogits.Gt(0).to(float32).unflatten(2, grid.Width, -1).unflatten(1, grid.Height, -1).mean([2L, 4L]);

    /// <summary>(N, h, w).</summary>
    private static Tensor OfBoxes(Tensor places, (long Height, long Width) grid) =>
        Covered(places.select(1, 1), places.select(1, 3), grid.Height)
            .unsqueeze(2)
            .mul(Covered(places.select(1, 0), places.select(1, 2), grid.Width).unsqueeze(1));

    /// <summary>(N, count): the share of each cell of a line that spans cover.</summary>
    private static Tensor Covered(Tensor centers, Tensor lengths, long count)
    {
        Tensor cells = ScalarArithmetic.Arange(count, float32, centers.device);
        Tensor half = lengths.Div(2);
        Tensor first = centers.sub(half).Mul((double)count).unsqueeze(1);
        Tensor end = centers.Add(half).Mul((double)count).unsqueeze(1);
        return minimum(end, cells.Add(1)).sub(maximum(first, cells)).ClampMin(0.0);
    }
}
