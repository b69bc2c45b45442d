using SkiaSharp;

namespace OmgLlava.World;

/// <summary>A thing as it will be seen, before others cover it: RGBA pixels, colour multiplied with alpha, and where they lie in
/// the picture.</summary>
internal sealed record ThingLayer(ThingPlan Plan, int X, int Y, int Width, int Height, byte[] Pixels, float Brightness)
{
    /// <summary>Draws the planned thing.</summary>
    /// <param name="plan">Where and how.</param>
    /// <param name="sprite">Its drawing.</param>
    /// <param name="width">Width of the picture in pixels.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    /// <param name="light">Brightness of the scene.</param>
    /// <param name="random">The thing's own numbers.</param>
    public static ThingLayer Draw(ThingPlan plan, Sprite sprite, int width, int height, double light, SceneRandom random)
    {
        sprite = plan.Color >= 0 ? Painter.Recolor(sprite, plan.Color) : sprite;
        sprite = plan.Condition == ThingCondition.Broken ? Painter.Break(sprite, random) : sprite;
        float brightness = (float)(light * random.Range(0.94, 1.06));
        double radius =
            Math.Sqrt(((double)sprite.Width * sprite.Width) + ((double)sprite.Height * sprite.Height)) * plan.Scale / 2;
        int x0 = Math.Max(0, (int)Math.Floor(plan.CenterX - radius) - 1);
        int y0 = Math.Max(0, (int)Math.Floor(plan.CenterY - radius) - 1);
        int x1 = Math.Min(width, (int)Math.Ceiling(plan.CenterX + radius) + 1);
        int y1 = Math.Min(height, (int)Math.Ceiling(plan.CenterY + radius) + 1);
        if (x1 <= x0 || y1 <= y0)
        {
            return new ThingLayer(plan, 0, 0, 0, 0, [], brightness);
        }

        using var layer = new SKBitmap(new SKImageInfo(x1 - x0, y1 - y0, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(layer);
        using SKBitmap bitmap = sprite.ToBitmap();
        using SKImage image = SKImage.FromBitmap(bitmap);
        canvas.Clear(SKColors.Transparent);
        canvas.Translate((float)plan.CenterX - x0, (float)plan.CenterY - y0);
        canvas.RotateDegrees((float)plan.Rotation);
        canvas.Scale((float)(plan.Mirrored ? -plan.Scale : plan.Scale), (float)plan.Scale);
        canvas.DrawImage(
            image,
            -sprite.Width / 2f,
            -sprite.Height / 2f,
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        canvas.Flush();
        return new ThingLayer(plan, x0, y0, layer.Width, layer.Height, layer.GetPixelSpan().ToArray(), brightness);
    }
}
