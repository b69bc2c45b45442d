namespace OmgLlava.World;

/// <summary>A colour while it is computed: red, green, blue of 0..255.</summary>
internal readonly record struct Shade(float R, float G, float B)
{
    public static Shade operator *(Shade shade, float factor) => new(shade.R * factor, shade.G * factor, shade.B * factor);

    public static Shade operator +(Shade shade, float value) => new(shade.R + value, shade.G + value, shade.B + value);

    /// <summary>Towards another colour: 0 stays, 1 arrives.</summary>
    public Shade Mix(Shade other, float t) => new(R + (t * (other.R - R)), G + (t * (other.G - G)), B + (t * (other.B - B)));

    /// <summary>A colour of hue (degrees), saturation and value (0..1).</summary>
    public static Shade FromHsv(float hue, float saturation, float value)
    {
        hue = ((hue % 360) + 360) % 360 / 60;
        float chroma = value * saturation;
        float x = chroma * (1 - MathF.Abs((hue % 2) - 1));
        (float r, float g, float b) = (int)hue switch
        {
            0 => (chroma, x, 0f),
            1 => (x, chroma, 0f),
            2 => (0f, chroma, x),
            3 => (0f, x, chroma),
            4 => (x, 0f, chroma),
            _ => (chroma, 0f, x),
        };
        float m = value - chroma;
        return new Shade((r + m) * 255, (g + m) * 255, (b + m) * 255);
    }
}
