namespace OmgLlava.Imaging;

/// <summary>
/// Colours for masks and their phrases: taken by index, clearly apart for the first ten, readable on light and dark, and without
/// an end.
/// </summary>
internal static class Palette
{
    private static readonly RgbColor[] First =
    [
        new(230, 75, 53),
        new(67, 147, 221),
        new(64, 176, 96),
        new(242, 165, 41),
        new(152, 102, 212),
        new(32, 178, 170),
        new(233, 109, 173),
        new(160, 130, 60),
        new(120, 190, 33),
        new(90, 110, 200),
    ];

    /// <summary>The colour of the mask with this index, 0 or more.</summary>
    public static RgbColor Color(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (index < First.Length)
        {
            return First[index];
        }

        // Steps of the golden angle never come back to a hue that was used shortly before.
        double hue = index * 137.50776 % 360;
        double value = index % 2 == 0 ? 0.85 : 0.68;
        return FromHsv(hue, 0.68, value);
    }

    private static RgbColor FromHsv(double hue, double saturation, double value)
    {
        return new RgbColor(Channel(5), Channel(3), Channel(1));

        byte Channel(double n)
        {
            double k = (n + (hue / 60)) % 6;
            return (byte)Math.Round(255 * (value - (value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1))));
        }
    }
}
