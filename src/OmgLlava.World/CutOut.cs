using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.World;

/// <summary>Cuts a thing out of a photograph. Its edge is soft, and a little inside of its mask, so that no rim of what was
/// behind it comes along.</summary>
internal static class CutOut
{
    private const int Reach = 1; // of the mean that softens the edge, in pixels
    private const double Lowest = 0.45; // share of a pixel's surroundings inside, below which it is left out

    /// <summary>Whether all of a thing is in sight, as far as its mask tells: it stays away from the photograph's
    /// edges.</summary>
    public static bool IsWhole(Mask mask, int margin = 2) =>
        mask.Box is { } box
        && box.X0 >= margin
        && box.Y0 >= margin
        && box.X1 <= mask.Width - margin
        && box.Y1 <= mask.Height - margin;

    /// <summary>The thing on a transparent ground, of the photograph's size.</summary>
    /// <param name="photo">The photograph.</param>
    /// <param name="mask">The thing, of the same size.</param>
    public static SKBitmap Of(RgbImage photo, Mask mask)
    {
        var bitmap = new SKBitmap(new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        Span<byte> pixels = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> colors = photo.Pixels;
        for (int y = 0; y < photo.Height; y++)
        {
            for (int x = 0; x < photo.Width; x++)
            {
                int at = (y * photo.Width) + x;
                double share = mask[x, y] ? Inside(mask, x, y) : 0;
                double alpha = Math.Clamp((share - Lowest) / (1 - Lowest), 0, 1);
                for (int c = 0; c < 3; c++)
                {
                    pixels[(4 * at) + c] = (byte)Math.Round(colors[(3 * at) + c] * alpha);
                }

                pixels[(4 * at) + 3] = (byte)Math.Round(255 * alpha);
            }
        }

        return bitmap;
    }

    /// <summary>The share of a pixel's surroundings that is inside.</summary>
    private static double Inside(Mask mask, int x, int y)
    {
        int inside = 0;
        int all = 0;
        for (int v = Math.Max(0, y - Reach); v <= Math.Min(mask.Height - 1, y + Reach); v++)
        {
            for (int u = Math.Max(0, x - Reach); u <= Math.Min(mask.Width - 1, x + Reach); u++)
            {
                all++;
                inside += mask[u, v] ? 1 : 0;
            }
        }

        return (double)inside / all;
    }
}
