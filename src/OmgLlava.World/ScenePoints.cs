using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Points at which one would click.</summary>
internal static class ScenePoints
{
    private const int Margin = 3;
    private const int Tries = 200;

    /// <summary>The middle of a random pixel of a mask, away from its border where it is wide enough.</summary>
    public static PixelPoint Inside(Mask mask, SceneRandom random)
    {
        PixelBox box = mask.Box!.Value;
        for (int margin = Margin; margin >= 0; margin--)
        {
            for (int attempt = 0; attempt < Tries; attempt++)
            {
                (int x, int y) = ((int)box.X0 + random.Below((int)box.Width), (int)box.Y0 + random.Below((int)box.Height));
                if (
                    Holds(mask, x - margin, y)
                    && Holds(mask, x + margin, y)
                    && Holds(mask, x, y - margin)
                    && Holds(mask, x, y + margin)
                    && mask[x, y]
                )
                {
                    return new PixelPoint(x + 0.5f, y + 0.5f);
                }
            }
        }

        int first = mask.Pixels.IndexOf(true);
        return new PixelPoint((first % mask.Width) + 0.5f, (first / mask.Width) + 0.5f);
    }

    private static bool Holds(Mask mask, int x, int y) => x >= 0 && y >= 0 && x < mask.Width && y < mask.Height && mask[x, y];
}
