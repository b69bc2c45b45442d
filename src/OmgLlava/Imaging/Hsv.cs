namespace OmgLlava.Imaging;

/// <summary>A colour as people order them.</summary>
/// <param name="Hue">Degrees, 0 to 360; red is 0.</param>
/// <param name="Saturation">0..1.</param>
/// <param name="Value">0..1.</param>
internal readonly record struct Hsv(float Hue, float Saturation, float Value)
{
    /// <summary>Of red, green and blue of 0..255.</summary>
    public static Hsv Of(float r, float g, float b)
    {
        float max = MathF.Max(r, MathF.Max(g, b));
        float chroma = max - MathF.Min(r, MathF.Min(g, b));
        if (chroma < 1e-3f)
        {
            return new Hsv(0, 0, max / 255);
        }

        float hue =
            max == r ? (g - b) / chroma
            : max == g ? 2 + ((b - r) / chroma)
            : 4 + ((r - g) / chroma);
        return new Hsv(((hue * 60) + 360) % 360, chroma / max, max / 255);
    }
}
