using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
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
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // run lengths are full of < and >
    };

    public static string Info(AnnotationPlan plan) => JsonSerializer.Serialize(
        new { Description = "annotated by omg-llava", Task = plan.Task.ToString().ToLowerInvariant(), plan.Model, plan.Weights },
        Json);

    public static string Category(CocoCategory category) =>
        JsonSerializer.Serialize(
            new { category.Id, category.Name, Supercategory = category.Group, Isthing = category.IsThing ? 1 : 0 }, Json);

    public static string Image(long id, string name, RgbImage picture, string? caption) =>
        JsonSerializer.Serialize(new { Id = id, FileName = name, picture.Width, picture.Height, Caption = caption }, Json);

    /// <summary>An annotation. Its id depends on its picture alone, so that it is the same in every file.</summary>
    public static string Annotation(long image, int number, FoundObject found)
    {
        PixelBox box = found.Mask.Box!.Value;
        CocoRle rle = found.Mask.ToRle();
        return JsonSerializer.Serialize(
            new
            {
                Id = ((image - 1) * IdsOfPicture) + number + 1,
                ImageId = image,
                CategoryId = found.Category,
                Iscrowd = 0,
                found.Mask.Area,
                Bbox = new[] { box.X0, box.Y0, box.Width, box.Height },
                Segmentation = new { Size = new[] { rle.Height, rle.Width }, Counts = rle.ToString() },
                found.Score,
                found.Phrase,
                found.Span,
            },
            Json);
    }

    public static string Broken(string name, string reason) =>
        JsonSerializer.Serialize(new { FileName = name, Reason = reason }, Json);

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
