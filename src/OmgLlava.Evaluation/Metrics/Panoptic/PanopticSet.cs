using System.Text.Json;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>A COCO panoptic file with its folder of maps, whose pixels hold id = R + 256 G + 65536 B. Maps are read when they are
/// needed.</summary>
/// <param name="Folder">The folder of PNG files.</param>
/// <param name="Categories">The classes; empty for a file of results, which need not have them.</param>
/// <param name="Pictures">The pictures in the order of the file.</param>
public sealed record PanopticSet(string Folder, IReadOnlyList<MeasuredClass> Categories, IReadOnlyList<PanopticEntry> Pictures)
{
    /// <summary>Reads the JSON file.</summary>
    /// <param name="path">A JSON file with <c>annotations</c> and, for ground truth, <c>categories</c>.</param>
    /// <param name="folder">The folder of maps; null for the file's name without its ending.</param>
    /// <exception cref="OmgLlavaException">The file is missing or a record is damaged.</exception>
    public static PanopticSet Load(string path, string? folder = null)
    {
        using JsonDocument document = MetricJson.Open(path);
        MeasuredClass[] categories = MetricJson.Has(document.RootElement, "categories")
            ? MetricJson.Read(
                path,
                document.RootElement,
                "categories",
                item => new MeasuredClass(
                    MetricJson.Integer(item.GetProperty("id")),
                    item.GetProperty("name").GetString() ?? "",
                    MetricJson.Integer(item.GetProperty("isthing")) != 0
                )
            )
            : [];
        PanopticEntry[] pictures = MetricJson.Read(
            path,
            document.RootElement,
            "annotations",
            item => new PanopticEntry(
                MetricJson.Integer(item.GetProperty("image_id")),
                item.GetProperty("file_name").GetString()!,
                [.. item.GetProperty("segments_info").EnumerateArray().Select(ReadSegment)]
            )
        );
        return new PanopticSet(folder ?? Path.ChangeExtension(path, null), categories, pictures);
    }

    /// <summary>Reads the map of a picture.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or no picture.</exception>
    public PanopticPicture Read(PanopticEntry picture) =>
        new(LabelMapFile.LoadIds(Path.Combine(Folder, picture.FileName)).Ids, picture.Segments);

    private static MeasuredSegment ReadSegment(JsonElement item) =>
        new(
            MetricJson.Integer(item.GetProperty("id")),
            MetricJson.Integer(item.GetProperty("category_id")),
            item.TryGetProperty("area", out JsonElement area) ? MetricJson.Integer(area) : 0,
            item.TryGetProperty("iscrowd", out JsonElement crowd) && MetricJson.Integer(crowd) != 0
        );
}
