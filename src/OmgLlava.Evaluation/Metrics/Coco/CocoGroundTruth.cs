using System.Text.Json;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>The ground truth of COCO detection.</summary>
/// <param name="ImageIds">Every picture, also those without objects.</param>
/// <param name="Categories">Every category.</param>
/// <param name="Annotations">The objects, in the order of the file.</param>
public sealed record CocoGroundTruth(
    IReadOnlyList<long> ImageIds,
    IReadOnlyList<MeasuredClass> Categories,
    IReadOnlyList<ObjectTruth> Annotations
)
{
    /// <summary>Reads an instances file (<c>instances_val2017.json</c>).</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="masks">Whether to read the masks too; boxes alone are read faster.</param>
    /// <exception cref="OmgLlavaException">The file is missing or a record is damaged; the sentence names both.</exception>
    public static CocoGroundTruth Load(string path, bool masks = true)
    {
        using JsonDocument document = MetricJson.Open(path);
        Dictionary<long, (int Height, int Width)> sizes = [];
        List<long> imageIds = [];
        foreach ((long id, int height, int width) in MetricJson.Read(path, document.RootElement, "images", ReadImage))
        {
            imageIds.Add(id);
            sizes[id] = (height, width);
        }

        MeasuredClass[] categories = MetricJson.Has(document.RootElement, "categories")
            ? MetricJson.Read(path, document.RootElement, "categories", ReadCategory)
            : [];
        ObjectTruth[] annotations = MetricJson.Read(
            path,
            document.RootElement,
            "annotations",
            item =>
            {
                long image = MetricJson.Integer(item.GetProperty("image_id"));
                (int height, int width) = sizes.TryGetValue(image, out (int, int) size)
                    ? size
                    : throw new OmgLlavaException($"there is no image {image}");
                bool crowd = item.TryGetProperty("iscrowd", out JsonElement flag) && MetricJson.Integer(flag) != 0;
                var mask = masks ? CocoSegmentation.Read(item.GetProperty("segmentation"), width, height) : null;
                CocoBox box =
                    item.TryGetProperty("bbox", out JsonElement corners) ? CocoSegmentation.ReadBox(corners)
                    : mask is null ? throw new KeyNotFoundException()
                    : RleMath.BoundingBox(mask);
                return new ObjectTruth(
                    MetricJson.Integer(item.GetProperty("id")),
                    image,
                    MetricJson.Integer(item.GetProperty("category_id")),
                    box,
                    item.GetProperty("area").GetDouble(),
                    crowd,
                    mask
                );
            }
        );
        return new CocoGroundTruth(imageIds, categories, annotations);
    }

    private static (long Id, int Height, int Width) ReadImage(JsonElement item) =>
        (MetricJson.Integer(item.GetProperty("id")), item.GetProperty("height").GetInt32(), item.GetProperty("width").GetInt32());

    private static MeasuredClass ReadCategory(JsonElement item)
    {
        long id = MetricJson.Integer(item.GetProperty("id"));
        return new MeasuredClass(
            id,
            item.TryGetProperty("name", out JsonElement name) ? name.GetString() ?? "" : $"category {id}",
            !item.TryGetProperty("isthing", out JsonElement thing) || MetricJson.Integer(thing) != 0
        );
    }
}
