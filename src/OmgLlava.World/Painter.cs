using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.World;

/// <summary>Changes sprites: other colours, broken in two.</summary>
internal static class Painter
{
    private const int HueBins = 36;

    /// <summary>Colours that things can be painted.</summary>
    public static readonly int[] Colors = [0, 1, 2, 3, 4, 5, 6, 8, 9];

    private static readonly float[] Hues = [2, 28, 52, 125, 215, 275, 325];

    /// <summary>The sprite with its main hue turned into another colour; itself when it has no main hue.</summary>
    public static Sprite Recolor(Sprite sprite, int color)
    {
        byte[] source = sprite.Pixels;
        double[] bins = new double[HueBins];
        int visible = 0;
        int colored = 0;
        for (int i = 0; i < source.Length; i += 4)
        {
            if (source[i + 3] < 128)
            {
                continue;
            }

            visible++;
            (float hue, float saturation, float value) = Hsv.Of(source[i], source[i + 1], source[i + 2]);
            if (saturation > 0.25f && value > 0.2f)
            {
                colored++;
                bins[(int)(hue / 10) % HueBins] += saturation;
            }
        }

        if (colored < visible * 0.35)
        {
            return sprite;
        }

        int best = Enumerable
            .Range(0, HueBins)
            .MaxBy(bin => bins[bin] + (0.7 * (bins[(bin + 1) % HueBins] + bins[(bin + HueBins - 1) % HueBins])));
        float main = (best * 10) + 5;
        byte[] target = (byte[])source.Clone();
        for (int i = 0; i < target.Length; i += 4)
        {
            float alpha = target[i + 3] / 255f;
            if (alpha == 0)
            {
                continue;
            }

            (float hue, float saturation, float value) = Hsv.Of(
                target[i] / alpha,
                target[i + 1] / alpha,
                target[i + 2] / alpha
            );
            float distance = ((hue - main + 540) % 360) - 180;
            if (saturation > 0.15f && MathF.Abs(distance) <= 50)
            {
                Shade shade = Turn(color, distance, saturation, value);
                (target[i], target[i + 1], target[i + 2]) = (
                    (byte)Math.Clamp(shade.R * alpha, 0, 255),
                    (byte)Math.Clamp(shade.G * alpha, 0, 255),
                    (byte)Math.Clamp(shade.B * alpha, 0, 255)
                );
            }
        }

        return new Sprite(sprite.Width, sprite.Height, target);
    }

    /// <summary>The sprite in two pieces that have come apart along a jagged line.</summary>
    public static Sprite Break(Sprite sprite, SceneRandom random)
    {
        (float w, float h) = (sprite.Width, sprite.Height);
        (int width, int height) = ((int)(w * 1.35f) + 8, (int)(h * 1.2f) + 8);
        using var result = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(result);
        using SKBitmap bitmap = sprite.ToBitmap();
        using SKImage image = SKImage.FromBitmap(bitmap);
        canvas.Clear(SKColors.Transparent);
        var crack = new List<SKPoint>();
        const int Teeth = 6;
        for (int i = 0; i <= Teeth; i++)
        {
            crack.Add(
                new SKPoint(
                    (w * 0.5f) + (w * 0.07f * ((i & 1) == 0 ? 1 : -1)) + (w * (float)random.Range(-0.03, 0.03)),
                    (h + 4) * i / Teeth - 2
                )
            );
        }

        foreach (int side in (int[])[-1, 1])
        {
            using var builder = new SKPath();
            float edge = side < 0 ? -4 : w + 4;
            builder.MoveTo(edge, -4);
            crack.ForEach(builder.LineTo);
            builder.LineTo(edge, h + 4);
            builder.Close();
            canvas.Save();
            canvas.Translate(((width - w) / 2) + (side * w * 0.1f), (height - h) / 2);
            canvas.RotateDegrees(side * (float)random.Range(6, 12), w / 2, h);
            canvas.ClipPath(builder, SKClipOperation.Intersect, antialias: true);
            canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Linear));
            canvas.Restore();
        }

        canvas.Flush();
        return Sprite.Cut(result) ?? sprite;
    }

    private static Shade Turn(int color, float distance, float saturation, float value) =>
        color switch
        {
            8 => Shade.FromHsv(0, saturation * 0.1f, value * 0.24f),
            9 => Shade.FromHsv(220, 0.03f, 0.72f + (0.28f * value)),
            6 => Shade.FromHsv(Hues[6] + (distance * 0.2f), saturation * 0.5f, 0.35f + (0.65f * value)),
            1 or 2 => Shade.FromHsv(
                Hues[color] + (distance * 0.15f),
                MathF.Min(1, 0.25f + (saturation * 0.75f)),
                0.4f + (0.6f * value)
            ),
            _ => Shade.FromHsv(Hues[color] + (distance * 0.25f), MathF.Min(1, 0.15f + (saturation * 0.85f)), value),
        };
}
