using System.Text;
using System.Text.Json;
using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Referring;

/// <summary>
/// ReasonSeg in its published layout (github.com/dvlab-research/LISA): a folder for each part (<c>train</c>, <c>val</c>,
/// <c>test</c>), in it pictures and, under the same name, a JSON file with <c>text</c>, <c>is_sentence</c> and <c>shapes</c>,
/// polygons with the label "target", "ignore" or "flag".
/// </summary>
public static class ReasonSeg
{
    /// <summary>Opens a part of the data set.</summary>
    /// <param name="folder">The folder of the part.</param>
    /// <exception cref="OmgLlavaException">A file is missing or broken; the message names it.</exception>
    public static IReadOnlyList<ReasonSegSample> Open(string folder)
    {
        string[] images = [.. Directory.EnumerateFiles(DataFiles.Folder(folder), "*.jpg").Order(StringComparer.Ordinal)];
        if (images.Length == 0)
        {
            throw new OmgLlavaException($"The folder '{folder}' holds no pictures (*.jpg).");
        }

        foreach (string image in images)
        {
            Parse(image);
        }

        return new RecordList<ReasonSegSample>(images.Length, i => Read(images[i]));
    }

    private static ReasonSegSample Read(string image)
    {
        (JsonRecord record, (int, int)[][] targets, (int, int)[][] ignored, string[] texts) = Parse(image);
        (int width, int height) = ImageFile.ReadSize(image);

        // Larger shapes are drawn first, so that a small one is not hidden; the published code counts the pixels of each.
        (Mask Mask, bool Ignore)[] shapes =
        [
            .. targets
                .Select(shape => (FilledPolygon.Draw(shape, width, height), false))
                .Concat(ignored.Select(shape => (FilledPolygon.Draw(shape, width, height), true)))
                .OrderByDescending(shape => shape.Item1.Area),
        ];
        bool[] target = new bool[width * height];
        bool[] ignore = new bool[width * height];
        foreach ((Mask mask, bool isIgnored) in shapes)
        {
            for (int i = 0; i < target.Length; i++)
            {
                if (mask.Pixels[i])
                {
                    (target[i], ignore[i]) = (!isIgnored, isIgnored);
                }
            }
        }

        return new ReasonSegSample(
            Path.GetFileNameWithoutExtension(image),
            image,
            texts,
            record.Flag("is_sentence"),
            new Mask(width, height, target),
            new Mask(width, height, ignore)
        );
    }

    private static (JsonRecord Record, (int X, int Y)[][] Targets, (int X, int Y)[][] Ignored, string[] Texts) Parse(string image)
    {
        string path = Path.ChangeExtension(image, ".json");
        JsonRecord record = Load(path);
        record.Flag("is_sentence");
        IReadOnlyList<JsonRecord> shapes = record.List("shapes");
        string[] texts = [.. record.List("text").Select(text => PlainText.Clean(text.AsText()))];
        (int, int)[][] Of(bool ignored) =>
            [
                .. shapes
                    .Where(shape =>
                        !shape.Text("label").Equals("flag", StringComparison.OrdinalIgnoreCase)
                        && shape.Text("label").Contains("ignore", StringComparison.OrdinalIgnoreCase) == ignored
                    )
                    .Select(Points),
            ];
        return texts.Length > 0 ? (record, Of(ignored: false), Of(ignored: true), texts) : throw record.Error("'text' is empty");
    }

    private static (int X, int Y)[] Points(JsonRecord shape) =>
        [
            .. shape
                .List("points")
                .Select(point =>
                    JsonRecord.Numbers(point.Value) is [var x, var y]
                    && Math.Abs(x) < FilledPolygon.MaxCoordinate
                    && Math.Abs(y) < FilledPolygon.MaxCoordinate
                        ? ((int)x, (int)y)
                        : throw point.Error("it is no point of two numbers")
                ),
        ];

    /// <summary>The files are UTF-8, a few of the published ones Windows-1252; both read the same but for quotation marks and the
    /// like.</summary>
    private static JsonRecord Load(string path)
    {
        using FileStream file = DataFiles.OpenRead(path);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        try
        {
            string text = System.Text.Unicode.Utf8.IsValid(bytes)
                ? Encoding.UTF8.GetString(bytes)
                : Encoding.Latin1.GetString(bytes);
            JsonElement record = JsonSerializer.Deserialize(text.TrimStart('\uFEFF'), DataJson.Default.JsonElement);
            return new JsonRecord(record, () => $"'{path}'");
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"'{path}' is not valid JSON (line {error.LineNumber + 1}).", error);
        }
    }
}
