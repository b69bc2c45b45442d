using System.Globalization;
using OmgLlava.Files;
using SkiaSharp;

namespace OmgLlava.Training.Engine;

/// <summary>Draws losses over steps, as they are and smoothed, as a PNG.</summary>
internal static class LossCurve
{
    private const int Width = 900;
    private const int Height = 480;
    private const int Left = 70;
    private const int Bottom = 40;
    private const int Top = 30;
    private const int Right = 20;
    private const int Lines = 5;

    /// <summary>Writes the picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">Stands above the curve.</param>
    /// <param name="losses">Losses by step, rising.</param>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<(int Step, double Loss)> losses)
    {
        (int Step, double Loss)[] points = [.. losses.Where(l => double.IsFinite(l.Loss))];
        if (points.Length < 2)
        {
            return;
        }

        using var bitmap = new SKBitmap(Width, Height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        double[] smooth = Smooth(points);
        double low = Math.Min(0, points.Min(p => p.Loss));
        // The first losses of an untrained model would flatten all that follows.
        double high =
            Math.Max(points.Select(p => p.Loss).Order().ElementAt((int)(0.98 * (points.Length - 1))), smooth.Max()) * 1.05;
        high = high > low ? high : low + 1;
        DrawAxes(canvas, title, points[^1].Step, low, high);
        DrawCurve(canvas, points.Select(p => p.Loss), new SKColor(0x9F, 0xC5, 0xE8), 1);
        DrawCurve(canvas, smooth, new SKColor(0x1F, 0x4E, 0x9E), 2);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        OutputFile.Write(path, png.SaveTo);

        void DrawCurve(SKCanvas target, IEnumerable<double> values, SKColor color, float width)
        {
            using var path = new SKPath();
            foreach ((int i, double value) in values.Index())
            {
                float x = Left + ((Width - Left - Right) * (float)points[i].Step / Math.Max(1, points[^1].Step));
                float y = Y(Math.Min(value, high), low, high);
                if (i == 0)
                {
                    path.MoveTo(x, y);
                }
                else
                {
                    path.LineTo(x, y);
                }
            }

            using var paint = new SKPaint
            {
                Color = color,
                StrokeWidth = width,
                IsStroke = true,
                IsAntialias = true,
            };
            target.DrawPath(path, paint);
        }
    }

    /// <summary>A running mean that forgets over a fiftieth of the points.</summary>
    private static double[] Smooth((int Step, double Loss)[] points)
    {
        double keep = 1 - (1 / Math.Max(1.0, points.Length / 50.0));
        double mean = points[0].Loss;
        return [.. points.Select(p => mean = (keep * mean) + ((1 - keep) * p.Loss))];
    }

    private static void DrawAxes(SKCanvas canvas, string title, int steps, double low, double high)
    {
        using var line = new SKPaint { Color = new SKColor(0xDD, 0xDD, 0xDD), StrokeWidth = 1 };
        using var text = new SKPaint { Color = new SKColor(0x33, 0x33, 0x33), IsAntialias = true };
        using var font = new SKFont(SKTypeface.Default, 13);
        canvas.DrawText(title, Left, Top - 10, font, text);
        for (int i = 0; i <= Lines; i++)
        {
            double value = low + ((high - low) * i / Lines);
            float y = Y(value, low, high);
            canvas.DrawLine(Left, y, Width - Right, y, line);
            canvas.DrawText(value.ToString("G3", CultureInfo.InvariantCulture), 10, y + 5, font, text);
            float x = Left + ((Width - Left - Right) * i / (float)Lines);
            canvas.DrawText(
                ((long)steps * i / Lines).ToString(CultureInfo.InvariantCulture),
                x - 10,
                Height - Bottom + 20,
                font,
                text
            );
        }
    }

    private static float Y(double value, double low, double high) =>
        Height - Bottom - ((Height - Bottom - Top) * (float)((value - low) / (high - low)));
}
