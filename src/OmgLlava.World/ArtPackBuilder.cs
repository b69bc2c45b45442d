using OmgLlava.Files;
using SkiaSharp;

namespace OmgLlava.World;

/// <summary>Makes an art pack from pictures that others publish: an emoji font with colour bitmaps, a folder of emoji named by
/// code points, or any folder and a list.</summary>
public static class ArtPackBuilder
{
    private const float FontSize = 109; // the bitmap size of Noto's strike

    /// <summary>Builds a pack.</summary>
    /// <param name="source">A font (.ttf), or a folder of PNG or WebP files.</param>
    /// <param name="directory">The pack's folder, made if need be.</param>
    /// <param name="name">The pack's name.</param>
    /// <param name="credits">Who made the drawings and under which licence.</param>
    /// <param name="list">A file with lines "FILE, tab, CATEGORY", for a folder whose files are not named by code points; null
    /// otherwise.</param>
    /// <param name="progress">The share done.</param>
    /// <param name="cancellation">Stops between drawings.</param>
    /// <returns>How many drawings the pack has.</returns>
    /// <exception cref="OmgLlavaException">The source is missing, or nothing in it is known.</exception>
    public static int Build(
        string source,
        string directory,
        string name,
        string credits,
        string? list = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        Directory.CreateDirectory(directory);
        var drawings = new List<PackDrawing>();
        (string Id, ThingCategory Category)[] wanted = list is null
            ? [.. WorldVocabulary.Default.Categories.SelectMany(category => category.Codes.Select(code => (code, category)))]
            : ReadList(list);
        using var font = File.Exists(source) ? OpenFont(source) : null;
        Dictionary<string, string>? files = font is null ? IndexFolder(source, byCode: list is null) : null;
        foreach (((string id, ThingCategory category), int at) in wanted.Select((item, at) => (item, at)))
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((double)at / wanted.Length);
            using SKBitmap? bitmap =
                font is not null ? DrawGlyph(font, id)
                : files!.TryGetValue(id, out string? path) ? Sprite.Decode(path)
                : null;
            if (bitmap is not null && Sprite.Cut(bitmap) is { } sprite)
            {
                string file = $"{Path.ChangeExtension(id, null).Replace('/', '_')}.png";
                using SKBitmap cut = sprite.ToBitmap();
                using SKData data = cut.Encode(SKEncodedImageFormat.Png, 100);
                OutputFile.Write(Path.Combine(directory, file), stream => data.SaveTo(stream));
                drawings.Add(new PackDrawing(file, category.Name));
            }
            else if (list is not null)
            {
                throw new OmgLlavaException($"'{list}' names '{id}', which is not in '{source}'.");
            }
        }

        if (drawings.Count == 0)
        {
            throw new OmgLlavaException(
                $"No drawing in '{source}' is known; files must be named by code points (1f408.png), or give a list."
            );
        }

        byte[] description = ArtPack.Describe(new PackFile(name, credits, drawings));
        OutputFile.Write(Path.Combine(directory, ArtPack.FileName), stream => stream.Write(description));
        return drawings.Count;
    }

    private static SKFont OpenFont(string path) =>
        SKTypeface.FromFile(path) is { } face
            ? new SKFont(face, FontSize)
            : throw new OmgLlavaException($"'{path}' is not a font; give a font file or a folder of pictures.");

    /// <summary>One code point's glyph; null when it is a sequence or the font lacks it.</summary>
    private static SKBitmap? DrawGlyph(SKFont font, string code)
    {
        if (code.Contains('-', StringComparison.Ordinal) || font.GetGlyph(Convert.ToInt32(code, 16)) == 0)
        {
            return null;
        }

        string text = char.ConvertFromUtf32(Convert.ToInt32(code, 16));
        font.MeasureText(text, out SKRect bounds);
        if (bounds.Width < 1 || bounds.Height < 1)
        {
            return null;
        }

        var bitmap = new SKBitmap(
            new SKImageInfo(
                (int)MathF.Ceiling(bounds.Width) + 8,
                (int)MathF.Ceiling(bounds.Height) + 8,
                SKColorType.Rgba8888,
                SKAlphaType.Premul
            )
        );
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint();
        canvas.Clear(SKColors.Transparent);
        canvas.DrawText(text, 4 - bounds.Left, 4 - bounds.Top, font, paint);
        canvas.Flush();
        return bitmap;
    }

    private static Dictionary<string, string> IndexFolder(string folder, bool byCode)
    {
        if (!Directory.Exists(folder))
        {
            throw new OmgLlavaException($"'{folder}' does not exist; give a font file or a folder of pictures.");
        }

        var files = new Dictionary<string, string>();
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string key = Path.GetRelativePath(folder, path).Replace('\\', '/');
            files[
                byCode
                    ? Path.GetFileNameWithoutExtension(key).ToLowerInvariant().Replace("-fe0f", "", StringComparison.Ordinal)
                    : key
            ] = path;
        }

        return files;
    }

    private static (string Id, ThingCategory Category)[] ReadList(string list)
    {
        if (!File.Exists(list))
        {
            throw new OmgLlavaException($"The list '{list}' does not exist.");
        }

        return
        [
            .. File.ReadLines(list)
                .Select((line, at) => (Row: line.Split('\t'), Line: at + 1))
                .Where(entry => entry.Row[0].Length > 0 && entry.Row[0][0] != '#')
                .Select(entry =>
                    entry.Row.Length == 2 && WorldVocabulary.Default.Find(entry.Row[1].Trim()) is { } category
                        ? (entry.Row[0], category)
                        : throw new OmgLlavaException(
                            $"'{list}' line {entry.Line} is not a file, a tab and the name of a category."
                        )
                ),
        ];
    }
}
