using System.Text.RegularExpressions;
using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Regions;

/// <summary>
/// Detailed descriptions of regions as Osprey publishes them (<c>osprey_detail_description.json</c>): a record has
/// <c>file_name</c>, a list <c>description</c> and, of the same length, a list <c>annotation</c> with <c>segmentation</c> and
/// <c>bbox</c>. As in the published loader, records whose lists have different lengths are left out.
/// </summary>
public static partial class OspreyDescriptions
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<DescribedImage> Open(string path, string images)
    {
        JsonRecords records = JsonIndex.Array(path);
        int[] kept = [.. Enumerable.Range(0, records.Count).Where(i => Read(records[i], i, images).Regions.Count > 0)];
        return new RecordList<DescribedImage>(kept.Length, i => Read(records[kept[i]], kept[i], images));
    }

    private static DescribedImage Read(JsonRecord record, int index, string images)
    {
        string path = record.Image(images, record.Text("file_name"));
        IReadOnlyList<JsonRecord> annotations = record.List("annotation");
        string[] texts = [.. record.List("description").Select(text => text.AsText())];
        string id = record.Has("id") ? record.Identity("id") : $"{index}";
        if (texts.Length != annotations.Count)
        {
            return new DescribedImage(id, path, []);
        }

        (int, int) size =
            record.Has("width") && record.Has("height")
                ? (record.Size("width"), record.Size("height"))
                : ImageFile.ReadSize(path);
        return new DescribedImage(
            id,
            path,
            [
                .. annotations.Zip(
                    texts,
                    (annotation, text) => new RegionDescription(EncodedMask.Read(annotation, "segmentation", size), Clean(text))
                ),
            ]
        );
    }

    /// <summary>A description calls its region by a marker such as <c>&lt;region1&gt;</c>: not needed at its beginning, "the
    /// region" elsewhere.</summary>
    private static string Clean(string text) => PlainText.Clean(Marker().Replace(FirstMarker().Replace(text, ""), "the region"));

    [GeneratedRegex(@"^\s*<[^>]*>\s*:\s*")]
    private static partial Regex FirstMarker();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Marker();
}
