using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>Draws masks, their outlines and labels over a picture.</summary>
public static class Overlay
{
    /// <summary>Draws the items in their order; outlines and labels lie above all tints.</summary>
    /// <exception cref="ArgumentException">A mask has another size than the picture.</exception>
    public static RgbImage Draw(RgbImage image, IReadOnlyList<OverlayItem> items, OverlayOptions? options = null)
    {
        options ??= new OverlayOptions();
        if (items.FirstOrDefault(item => item.Mask.Width != image.Width || item.Mask.Height != image.Height) is { } odd)
        {
            throw new ArgumentException(
                $"A mask of {odd.Mask.Width} x {odd.Mask.Height} pixels cannot lie over {image.Width} x {image.Height}.",
                nameof(items)
            );
        }

        using SKBitmap bitmap = ImageFile.ToBitmap(Tint(image, items, Math.Clamp(options.Opacity, 0, 1)));
        using var canvas = new SKCanvas(bitmap);
        float unit = Math.Clamp(Math.Max(image.Width, image.Height) / 800f, 0.6f, 6f);
        foreach (OverlayItem item in options.Outlines ? items : [])
        {
            DrawOutline(canvas, item, unit);
        }

        if (options.Labels && SKTypeface.Default.GlyphCount > 0)
        {
            DrawLabels(canvas, image, items, unit);
        }

        canvas.Flush();
        return ImageFile.FromBitmap(bitmap);
    }

    private static RgbImage Tint(RgbImage image, IReadOnlyList<OverlayItem> items, float opacity)
    {
        byte[] pixels = image.Pixels.ToArray();
        foreach (OverlayItem item in items)
        {
            ReadOnlySpan<int> runs = item.Mask.Runs.Bounds;
            (float r, float g, float b) = (item.Color.R * opacity, item.Color.G * opacity, item.Color.B * opacity);
            for (int run = 0; run < runs.Length; run += 2)
            {
                for (int i = 3 * runs[run]; i < 3 * runs[run + 1]; i += 3)
                {
                    pixels[i] = (byte)((pixels[i] * (1 - opacity)) + r);
                    pixels[i + 1] = (byte)((pixels[i + 1] * (1 - opacity)) + g);
                    pixels[i + 2] = (byte)((pixels[i + 2] * (1 - opacity)) + b);
                }
            }
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    private static void DrawOutline(SKCanvas canvas, OverlayItem item, float unit)
    {
        using var path = new SKPath();
        foreach (IReadOnlyList<double> outline in item.Mask.ToPolygons())
        {
            path.MoveTo((float)outline[0], (float)outline[1]);
            for (int i = 2; i < outline.Count; i += 2)
            {
                path.LineTo((float)outline[i], (float)outline[i + 1]);
            }

            path.Close();
        }

        using var paint = new SKPaint
        {
            Style = SKPaintStyle.Stroke,
            IsAntialias = true,
            StrokeJoin = SKStrokeJoin.Round,
        };
        (paint.Color, paint.StrokeWidth) = (new SKColor(255, 255, 255, 150), 3.4f * unit);
        canvas.DrawPath(path, paint);
        (paint.Color, paint.StrokeWidth) = (ToSkia(item.Color), 2f * unit);
        canvas.DrawPath(path, paint);
    }

    private static void DrawLabels(SKCanvas canvas, RgbImage image, IReadOnlyList<OverlayItem> items, float unit)
    {
        using var typeface = SKTypeface.FromFamilyName("DejaVu Sans", SKFontStyle.Bold);
        using var font = new SKFont(typeface, 15 * unit) { Subpixel = true };
        using var paint = new SKPaint { IsAntialias = true };
        var placed = new List<SKRect>();
        foreach (OverlayItem item in items)
        {
            if (string.IsNullOrWhiteSpace(item.Label) || item.Mask.Box is not { } box)
            {
                continue;
            }

            string text = Shorten(item.Label.Trim(), font, image.Width - (14 * unit));
            SKRect pill = Place(font.MeasureText(text), box, image, unit, placed);
            placed.Add(pill);
            paint.Color = ToSkia(item.Color);
            canvas.DrawRoundRect(pill, 5 * unit, 5 * unit, paint);
            paint.Color = IsLight(item.Color) ? SKColors.Black : SKColors.White;
            canvas.DrawText(text, pill.Left + (6 * unit), pill.Bottom - (6 * unit), font, paint);
        }
    }

    /// <summary>Above the mask's box where there is room, inside the picture, and below labels that are there already.</summary>
    private static SKRect Place(float textWidth, PixelBox box, RgbImage image, float unit, List<SKRect> placed)
    {
        (float width, float height) = (textWidth + (12 * unit), 21 * unit);
        float left = Math.Clamp(box.X0, 0, Math.Max(0, image.Width - width));
        float top = Math.Clamp(box.Y0 - height - (2 * unit), 0, Math.Max(0, image.Height - height));
        var pill = SKRect.Create(left, top, width, height);
        for (int tries = 0; tries < 20 && placed.Exists(other => other.IntersectsWith(pill)); tries++)
        {
            pill.Offset(0, height + unit);
        }

        if (pill.Bottom > image.Height)
        {
            pill.Offset(0, image.Height - pill.Bottom);
        }

        return pill;
    }

    private static string Shorten(string text, SKFont font, float width)
    {
        string shown = text;
        for (int length = text.Length; length > 1 && font.MeasureText(shown) > width; length--)
        {
            shown = text[..(length - 1)] + "…";
        }

        return shown;
    }

    private static bool IsLight(RgbColor color) => (0.299 * color.R) + (0.587 * color.G) + (0.114 * color.B) > 160;

    private static SKColor ToSkia(RgbColor color) => new(color.R, color.G, color.B);
}
