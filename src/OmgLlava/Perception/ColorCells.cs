using OmgLlava.Imaging;

namespace OmgLlava.Perception;

/// <summary>The colours of a picture in the cells of its masks, in words: what a small model that was shown few pictures cannot
/// know of its queries. Not in the paper.</summary>
internal static class ColorCells
{
    /// <summary>Names the mean colour of each cell.</summary>
    /// <param name="pixels">The model's input, normalised.</param>
    /// <param name="size">Its height and width.</param>
    /// <param name="strides">Numbers from a pixel to the next, and from a channel to the next.</param>
    /// <param name="transform">What normalised it.</param>
    /// <param name="reduction">Pixels to a side of a cell.</param>
    /// <returns>For each cell, row by row, an index of <see cref="ColorNames.All"/>.</returns>
    public static byte[] Of(
        ReadOnlySpan<float> pixels,
        (int Height, int Width) size,
        (int Pixel, int Channel) strides,
        ImageTransform transform,
        int reduction
    )
    {
        (int height, int width) = (size.Height / reduction, size.Width / reduction);
        byte[] cells = new byte[height * width];
        Span<byte> color = stackalloc byte[3];
        for (int cell = 0; cell < cells.Length; cell++)
        {
            for (int c = 0; c < color.Length; c++)
            {
                float sum = 0;
                for (int i = 0; i < reduction * reduction; i++)
                {
                    int y = (cell / width * reduction) + (i / reduction);
                    int x = (cell % width * reduction) + (i % reduction);
                    sum += pixels[(((y * size.Width) + x) * strides.Pixel) + (c * strides.Channel)];
                }

                double level = (sum / (reduction * reduction) * transform.Std[c]) + transform.Mean[c];
                color[c] = (byte)Math.Clamp(Math.Round(255 * level), 0, 255);
            }

            cells[cell] = (byte)ColorNames.Of(color[0], color[1], color[2]);
        }

        return cells;
    }

    /// <summary>The share of each colour under a mask.</summary>
    /// <param name="cells">The colours of its cells.</param>
    /// <param name="logits">As many: positive inside.</param>
    /// <param name="shares">Receives as many numbers as there are colours, which add up to 1, or 0 for an empty mask.</param>
    public static void Shares(ReadOnlySpan<byte> cells, ReadOnlySpan<float> logits, Span<float> shares)
    {
        shares.Clear();
        int area = 0;
        for (int cell = 0; cell < cells.Length; cell++)
        {
            if (logits[cell] > 0)
            {
                shares[cells[cell]]++;
                area++;
            }
        }

        for (int color = 0; color < shares.Length && area > 0; color++)
        {
            shares[color] /= area;
        }
    }
}
