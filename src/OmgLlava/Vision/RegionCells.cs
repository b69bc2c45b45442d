using OmgLlava.Alignment;
using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>What each cell of the pixel grid counts in the token of a visual prompt that is pooled from pixel tokens.</summary>
internal static class RegionCells
{
    private const float Least = 1e-6f; // all cells count alike in a mask without pixels

    /// <summary>The shares of some prompts.</summary>
    /// <param name="form">Whether the mask counts or its box, as <see cref="TokenPlaces.OfMasks"/> has it.</param>
    /// <param name="maskLogits">(N, H', W'), whole multiples of the grid's sides.</param>
    /// <param name="places">(N, 4): the boxes of the masks.</param>
    /// <param name="grid">Height h and width w of the pixel grid.</param>
    /// <returns>(N, h * w): rows that sum to 1.</returns>
    public static Tensor Of(RegionTokenForm form, Tensor maskLogits, Tensor places, (int Height, int Width) grid)
    {
        var shares = new Tensor(places.Rows, grid.Height * grid.Width);
        for (int n = 0; n < places.Rows; n++)
        {
            Span<float> row = shares.Row(n);
            if (form == RegionTokenForm.MaskPooling)
            {
                CountMask(maskLogits, n, row, grid);
            }
            else
            {
                CountBox(places.Row(n), row, grid);
            }

            float sum = 0;
            foreach (ref float share in row)
            {
                share += Least;
                sum += share;
            }

            RowMath.Scale(row, 1 / sum);
        }

        return shares;
    }

    private static void CountMask(Tensor maskLogits, int prompt, Span<float> shares, (int Height, int Width) grid)
    {
        (int height, int width) = (maskLogits.Shape[1], maskLogits.Shape[2]);
        (int tall, int wide) = (height / grid.Height, width / grid.Width); // sides of a cell
        shares.Clear();
        for (int y = 0; y < grid.Height * tall; y++)
        {
            Span<float> logits = maskLogits.Row((prompt * height) + y);
            for (int x = 0; x < grid.Width * wide; x++)
            {
                shares[(y / tall * grid.Width) + (x / wide)] += logits[x] > 0 ? 1f / (tall * wide) : 0;
            }
        }
    }

    private static void CountBox(ReadOnlySpan<float> box, Span<float> shares, (int Height, int Width) grid)
    {
        for (int cell = 0; cell < shares.Length; cell++)
        {
            shares[cell] =
                Covered(cell % grid.Width, grid.Width, box[0], box[2]) * Covered(cell / grid.Width, grid.Height, box[1], box[3]);
        }
    }

    /// <summary>The share of a cell of a line that a span covers.</summary>
    private static float Covered(int cell, int cells, float center, float length)
    {
        (float first, float end) = ((center - (length / 2)) * cells, (center + (length / 2)) * cells);
        return MathF.Max(0, MathF.Min(end, cell + 1) - MathF.Max(first, cell));
    }
}
