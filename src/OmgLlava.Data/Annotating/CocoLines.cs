using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Data.Coco;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Annotating;

/// <summary>
/// COCO's layout with one record a line, so that files are joined by copying lines, whatever their size. Besides what COCO has, a
/// picture may have a <c>caption</c>, an annotation a <c>score</c>, a <c>phrase</c> and its <c>span</c> in the caption; and
/// <c>broken</c> lists pictures without any.
/// </summary>
internal static class CocoLines
{
    /// <summary>The arrays of COCO, in their order.</summary>
    public static readonly string[] Coco = ["categories", "images", "annotations"];

    /// <summary>The array of pictures that could not be read.</summary>
    public const string BrokenSection = "broken";

    private const long IdsOfPicture = 1 << 16;

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // run lengths are full of < and >
    };

    public static string Info(AnnotationPlan plan) => Line(
        ("description", "annotated by omg-llava"), ("task", plan.Task.ToString().ToLowerInvariant()), ("model", plan.Model),
        ("weights", plan.Weights));

    public static string Category(CocoCategory category) => Line(
        ("id", category.Id), ("name", category.Name), ("supercategory", category.Group), ("isthing", category.IsThing ? 1 : 0));

    public static string Image(long id, string name, RgbImage picture, string? caption) => Line(
        ("id", id), ("file_name", name), ("width", picture.Width), ("height", picture.Height), ("caption", caption));

    /// <summary>An annotation. Its id depends on its picture alone, so that it is the same in every file.</summary>
    public static string Annotation(long image, int number, FoundObject found)
    {
        PixelBox box = found.Mask.Box!.Value;
        CocoRle rle = found.Mask.ToRle();
        return Line(
            ("id", ((image - 1) * IdsOfPicture) + number + 1),
            ("image_id", image),
            ("category_id", found.Category),
            ("iscrowd", 0),
            ("area", found.Mask.Area),
            ("bbox", new JsonArray(box.X0, box.Y0, box.Width, box.Height)),
            ("segmentation", new JsonObject { ["size"] = new JsonArray(rle.Height, rle.Width), ["counts"] = rle.ToString() }),
            ("score", found.Score),
            ("phrase", found.Phrase),
            ("span", found.Span is { } span ? new JsonArray([.. span.Select(at => JsonValue.Create(at))]) : null));
    }

    public static string Broken(string name, string reason) => Line(("file_name", name), ("reason", reason));

    /// <summary>Writes a file.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="info">What it is.</param>
    /// <param name="sections">Its arrays.</param>
    /// <param name="lines">The records of an array.</param>
    public static void Write(Stream file, string info, IEnumerable<string> sections, Func<string, IEnumerable<string>> lines)
    {
        using var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        text.Write($"{{\"info\":{info}");
        foreach (string section in sections)
        {
            text.Write($",\n\"{section}\":[");
            string separator = "\n";
            foreach (string line in lines(section))
            {
                text.Write(separator);
                text.Write(line);
                separator = ",\n";
            }

            text.Write("\n]");
        }

        text.Write("}\n");
    }

    /// <summary>A record; fields of nothing are left out.</summary>
    private static string Line(params (string Name, JsonNode? Value)[] fields) =>
        new JsonObject(
            fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value))
        ).ToJsonString(Json);

    /// <summary>The records of a section of such a file.</summary>
    public static IEnumerable<string> Read(string path, string section)
    {
        using FileStream file = DataFiles.OpenRead(path);
        using var text = new StreamReader(file, Encoding.UTF8, false, 1 << 16);
        bool inside = false;
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith('"'))
            {
                inside = line == $"\"{section}\":[";
            }
            else if (inside && line.StartsWith(']'))
            {
                yield break;
            }
            else if (inside && line.StartsWith('{'))
            {
                yield return line.EndsWith(',') ? line[..^1] : line;
            }
        }
    }
}
