using System.Net;
using System.Text;
using System.Text.Json;
using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.Data.Annotating;

/// <summary>
/// A web page, one file, that shows some pictures of a run with their masks, and how often each category was found.
/// </summary>
internal static class SamplesPage
{
    private const int LongestSide = 900;
    private const int MostCategories = 200;

    private const string Style =
        """
        :root { color-scheme: light dark; }
        body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
        main { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1.5rem; }
        figure { margin: 0; } img { width: 100%; border-radius: 4px; } figcaption { font-size: .875rem; overflow-wrap: anywhere; }
        small { color: #888; } table { border-collapse: collapse; } td { padding: 0 1rem 0 0; }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="annotations">The file of all annotations.</param>
    /// <param name="pictures">Where the pictures are.</param>
    /// <param name="samples">How many are shown.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    /// <returns>The page as UTF-8.</returns>
    public static byte[] Create(string annotations, PictureList pictures, int samples, CancellationToken cancellation)
    {
        long readable = CocoLines.Read(annotations, "images").LongCount();
        Dictionary<long, (string Name, string Caption)> chosen = Choose(annotations, readable, samples);
        Dictionary<int, string> names = CocoLines.Read(annotations, "categories").Select(Parse)
            .ToDictionary(
                category => category.GetProperty("id").GetInt32(), category => category.GetProperty("name").GetString()!);
        var counts = new SortedDictionary<int, long>();
        var masks = chosen.Keys.ToDictionary(id => id, _ => new List<OverlayItem>());
        long total = 0;
        foreach (JsonElement annotation in CocoLines.Read(annotations, "annotations").Select(Parse))
        {
            int category = annotation.GetProperty("category_id").GetInt32();
            counts[category] = counts.GetValueOrDefault(category) + 1;
            total++;
            if (masks.TryGetValue(annotation.GetProperty("image_id").GetInt64(), out List<OverlayItem>? items))
            {
                items.Add(Item(annotation, names[category], items.Count));
            }
        }

        var page = new StringBuilder();
        page.Append(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append($"<title>Annotations</title><style>{Style}</style><h1>Annotations</h1>")
            .Append($"<p>{pictures.Count} pictures, {pictures.Count - readable} of them broken; {total} masks.")
            .Append($" Here are {chosen.Count}.</p>")
            .Append("<main>");
        foreach ((long id, (string name, string caption)) in chosen)
        {
            cancellation.ThrowIfCancellationRequested();
            Figure(page, pictures.PathOf(name), name, caption, masks[id]);
        }

        page.Append("</main><h2>Categories</h2><table>");
        foreach ((int category, long count) in counts.OrderByDescending(pair => pair.Value).Take(MostCategories))
        {
            page.Append($"<tr><td>{Escape(names[category])}</td><td>{count}</td></tr>");
        }

        return Encoding.UTF8.GetBytes(page.Append("</table></html>\n").ToString());
    }

    private static Dictionary<long, (string Name, string Caption)> Choose(string annotations, long readable, int samples)
    {
        long wanted = Math.Min(readable, samples);
        HashSet<long> places = [.. Enumerable.Range(0, (int)wanted).Select(i => i * readable / wanted)];
        return CocoLines.Read(annotations, "images").Where((_, i) => places.Contains(i)).Select(Parse).ToDictionary(
            image => image.GetProperty("id").GetInt64(),
            image => (image.GetProperty("file_name").GetString()!, Text(image, "caption") ?? ""));
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static JsonElement Parse(string line) => JsonElement.Parse(line);

    private static OverlayItem Item(JsonElement annotation, string category, int number)
    {
        JsonElement rle = annotation.GetProperty("segmentation");
        JsonElement size = rle.GetProperty("size");
        var mask = Mask.FromRle(CocoRle.Parse(size[1].GetInt32(), size[0].GetInt32(), rle.GetProperty("counts").GetString()!));
        return new OverlayItem(mask, Palette.Color(number), Text(annotation, "phrase") ?? category);
    }

    private static void Figure(StringBuilder page, string path, string name, string caption, List<OverlayItem> items)
    {
        try
        {
            string picture = Convert.ToBase64String(Jpeg(Overlay.Draw(ImageFile.Load(path), items)));
            page.Append(
                $"<figure><img alt=\"{Escape(name)} with its masks\" loading=\"lazy\" src=\"data:image/jpeg;base64,{picture}\">");
        }
        catch (Exception error) when (error is OmgLlavaException or ArgumentException)
        {
            page.Append($"<figure><p>{Escape(error.Message)}</p>"); // the picture was changed since
        }

        page.Append($"<figcaption>{Escape(caption)} <small>{Escape(name)}, {items.Count} masks</small></figcaption></figure>");
    }

    private static byte[] Jpeg(RgbImage image)
    {
        const int Quality = 85;
        double scale = Math.Min(1, (double)LongestSide / Math.Max(image.Width, image.Height));
        var size = new SKSizeI(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        using SKBitmap whole = ImageFile.ToBitmap(image);
        using SKBitmap small = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData data = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
