using System.Net;
using System.Text;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Reports;

/// <summary>A web page, one file, that shows the worst samples of each task: the picture with what would be right beside the
/// picture with what was given.</summary>
public static class WorstPage
{
    private const string Style = """
        :root { color-scheme: light dark; }
        body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
        section { border-top: 1px solid #8886; padding: 1rem 0; }
        .pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
        figure { margin: 0; } img { width: 100%; image-rendering: auto; border-radius: 4px; }
        figcaption, .id { color: #888; font-size: .875rem; }
        .answer { white-space: pre-wrap; }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="results">What came out of the tasks.</param>
    /// <param name="worst">How many samples of each task.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    /// <returns>The page as UTF-8.</returns>
    /// <exception cref="OmgLlavaException">A picture cannot be read.</exception>
    public static byte[] Create(
        string title,
        IReadOnlyList<TaskResult> results,
        int worst,
        CancellationToken cancellation = default
    )
    {
        var page = new StringBuilder();
        page.Append(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                + $"content=\"width=device-width\"><title>{Escape(title)}</title><style>{Style}</style><h1>{Escape(title)}</h1>"
        );
        foreach (TaskResult result in results)
        {
            (int Index, Prediction Prediction, double Score)[] samples =
            [
                .. result
                    .Predictions.Select(pair =>
                        (pair.Index, pair.Prediction, Score: result.Task.Score(pair.Index, pair.Prediction))
                    )
                    .OrderBy(sample => sample.Score)
                    .Take(worst),
            ];
            page.Append($"<h2>{Escape(result.Task.Name)}: the worst {samples.Length} of {result.Predictions.Count}</h2>");
            foreach ((int index, Prediction prediction, double score) in samples)
            {
                cancellation.ThrowIfCancellationRequested();
                Sample(page, result.Task, index, prediction, score);
            }
        }

        return Encoding.UTF8.GetBytes(page.Append("</html>\n").ToString());
    }

    private static void Sample(StringBuilder page, EvaluationTask task, int index, Prediction prediction, double score)
    {
        Probe probe = task.Probe(index);
        Expectation expected = task.Expected(index);
        RgbImage image = probe.Load();
        page.Append("<section>")
            .Append(
                FormattableString.Invariant(
                    $"<p class=\"id\">{Escape(probe.Id)} · {Escape(Path.GetFileName(probe.ImageName))} · score {score:F3}</p>"
                )
            );
        if (probe.Question.Length > 0)
        {
            page.Append($"<p>{Escape(probe.Question)}</p>");
        }

        OverlayItem[] asked = [.. Prompts(probe, image)];
        OverlayItem[] given =
        [
            .. prediction
                .Segments.Where(segment => segment.Mask is not null)
                .Select((segment, i) => new OverlayItem(Mask.FromRle(segment.Mask!), Palette.Color(i), segment.Phrase)),
        ];
        page.Append("<div class=\"pictures\">");
        Figure(
            page,
            image,
            [.. asked, .. expected.Masks.Select((entry, i) => new OverlayItem(entry.Mask, Palette.Color(i), entry.Label))],
            "expected",
            expected.Text
        );
        Figure(
            page,
            image,
            [.. asked, .. given],
            "given",
            prediction.IsRefusal && prediction.Answer.Length == 0 ? "nothing" : prediction.Answer
        );
        page.Append("</div></section>");
    }

    /// <summary>What the question points at, in grey.</summary>
    private static IEnumerable<OverlayItem> Prompts(Probe probe, RgbImage image)
    {
        var grey = new RgbColor(128, 128, 128);
        foreach (VisualPrompt prompt in probe.Prompts)
        {
            yield return prompt switch
            {
                VisualPrompt.RegionPrompt region => new OverlayItem(region.Mask, grey, "?"),
                VisualPrompt.BoxPrompt box => new OverlayItem(Rectangle(image, box.Around), grey, "?"),
                VisualPrompt.PointPrompt { At: var at } => new OverlayItem(
                    Rectangle(image, new PixelBox(at.X - Dot(image), at.Y - Dot(image), at.X + Dot(image), at.Y + Dot(image))),
                    grey,
                    "?"
                ),
                _ => throw new ArgumentOutOfRangeException(nameof(probe)),
            };
        }
    }

    private static float Dot(RgbImage image) => Math.Max(1.5f, Math.Max(image.Width, image.Height) / 120f);

    private static Mask Rectangle(RgbImage image, PixelBox box)
    {
        bool[] pixels = new bool[image.Width * image.Height];
        for (int y = Math.Max(0, (int)box.Y0); y < Math.Min(image.Height, Math.Ceiling(box.Y1)); y++)
        {
            for (int x = Math.Max(0, (int)box.X0); x < Math.Min(image.Width, Math.Ceiling(box.X1)); x++)
            {
                pixels[(y * image.Width) + x] = true;
            }
        }

        return new Mask(image.Width, image.Height, pixels);
    }

    private static void Figure(StringBuilder page, RgbImage image, IReadOnlyList<OverlayItem> items, string name, string text)
    {
        string picture = Convert.ToBase64String(ImageFile.EncodePng(Overlay.Draw(image, items)));
        page.Append(
            $"<figure><img alt=\"{name}\" src=\"data:image/png;base64,{picture}\"><figcaption>{name}</figcaption><p "
                + $"class=\"answer\">{Escape(text)}</p></figure>"
        );
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
