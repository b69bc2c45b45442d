using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>Points in masks, for clicking on things.</summary>
public static class MaskPoints
{
    /// <summary>
    /// The pixel farthest from the mask's border, counted in steps to the side, the first one where several are equally far:
    /// where an evaluation clicks.
    /// </summary>
    /// <returns>The middle of the pixel; null for a mask without pixels.</returns>
    public static PixelPoint? Deepest(Mask mask)
    {
        (int width, int height) = (mask.Width, mask.Height);
        int[] depth = new int[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                depth[(y * width) + x] = mask[x, y] ? 1 + Math.Min(At(x - 1, y), At(x, y - 1)) : 0;
            }
        }

        (int best, int at) = (0, -1);
        for (int i = depth.Length - 1; i >= 0; i--)
        {
            (int x, int y) = (i % width, i / width);
            depth[i] = Math.Min(depth[i], 1 + Math.Min(At(x + 1, y), At(x, y + 1)));
            (best, at) = depth[i] >= best && depth[i] > 0 ? (depth[i], i) : (best, at);
        }

        return at < 0 ? null : new PixelPoint((at % width) + 0.5f, (at / width) + 0.5f);

        // Outside the picture is outside the mask.
        int At(int x, int y) => x >= 0 && y >= 0 && x < width && y < height ? depth[(y * width) + x] : 0;
    }

    /// <summary>A pixel of the mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="index">Which of its pixels, counted row by row; taken modulo their number.</param>
    /// <returns>The middle of the pixel; null for a mask without pixels.</returns>
    public static PixelPoint? Any(Mask mask, uint index)
    {
        if (mask.IsEmpty)
        {
            return null;
        }

        long left = index % mask.Area;
        ReadOnlySpan<bool> pixels = mask.Pixels;
        for (int i = 0; ; i++)
        {
            if (pixels[i] && left-- == 0)
            {
                return new PixelPoint((i % mask.Width) + 0.5f, (i / mask.Width) + 0.5f);
            }
        }
    }
}
