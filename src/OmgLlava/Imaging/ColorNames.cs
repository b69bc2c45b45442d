namespace OmgLlava.Imaging;

/// <summary>The eleven basic colour words (Berlin and Kay, 1969) for pixels and for things.</summary>
internal static class ColorNames
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray"];

    private static readonly (string, string)[] Neighbours =
    [
        ("red", "orange"),
        ("orange", "yellow"),
        ("orange", "brown"),
        ("red", "brown"),
        ("blue", "purple"),
        ("purple", "pink"),
        ("red", "pink"),
        ("black", "gray"),
        ("white", "gray"),
    ];

    /// <summary>Index into <see cref="All"/> of the word for a colour of 0..255 a channel.</summary>
    public static int Of(byte r, byte g, byte b)
    {
        (float hue, float saturation, float value) = Hsv.Of(r, g, b);
        if (value < 0.22f)
        {
            return 8;
        }

        if (saturation < 0.14f || saturation * value < 0.1f)
        {
            return value > 0.8f ? 9
                : value < 0.32f ? 8
                : 10;
        }

        return hue switch
        {
            < 14 or >= 345 => saturation < 0.45f && value > 0.75f ? 6
            : value < 0.4f || (hue is >= 5 and < 14 && value < 0.6f) ? 7
            : 0,
            < 36 => value < 0.72f || saturation < 0.6f ? 7 : 1,
            < 68 => value < 0.5f ? 7 : 2,
            < 165 => 3,
            < 255 => 4,
            < 292 => 5,
            _ => value < 0.5f ? 5 : 6,
        };
    }

    /// <summary>Whether some would call by one colour what others call by the other.</summary>
    public static bool Confusable(int a, int b) =>
        Neighbours.Contains((All[a], All[b])) || Neighbours.Contains((All[b], All[a]));
}
