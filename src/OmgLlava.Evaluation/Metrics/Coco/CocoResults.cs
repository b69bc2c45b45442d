using System.Text.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>Reads files of detections in COCO's results format.</summary>
public static class CocoResults
{
    /// <summary>
    /// Reads detections as <c>COCO.loadRes</c> does: results with boxes have the area of the box, also where they have masks too;
    /// results with masks alone have the mask's area and box.
    /// </summary>
    /// <param name="path">A JSON list of <c>image_id, category_id, score</c> with <c>bbox</c>, <c>segmentation</c> or
    /// both.</param>
    /// <param name="truth">The ground truth, whose pictures they must be of.</param>
    /// <param name="masks">Whether to read the masks too.</param>
    /// <exception cref="OmgLlavaException">The file is missing, a record is damaged, or a picture is not in the ground
    /// truth.</exception>
    public static IReadOnlyList<CocoDetection> Load(string path, CocoGroundTruth truth, bool masks = true)
    {
        using JsonDocument document = MetricJson.Open(path);
        JsonElement root = document.RootElement;
        bool boxes =
            root.ValueKind == JsonValueKind.Array
            && root.GetArrayLength() > 0
            && root[0].ValueKind == JsonValueKind.Object
            && root[0].TryGetProperty("bbox", out JsonElement box)
            && box.ValueKind == JsonValueKind.Array
            && box.GetArrayLength() > 0;
        HashSet<long> images = [.. truth.ImageIds];
        return MetricJson.Read(
            path,
            root,
            item =>
            {
                long image = MetricJson.Integer(item.GetProperty("image_id"));
                if (!images.Contains(image))
                {
                    throw new OmgLlavaException($"its image {image} is not in the ground truth");
                }

                long category = MetricJson.Integer(item.GetProperty("category_id"));
                double score = item.GetProperty("score").GetDouble();
                if (boxes && !masks)
                {
                    CocoBox given = CocoSegmentation.ReadBox(item.GetProperty("bbox"));
                    return new CocoDetection(image, category, score, given, given.Area);
                }

                CocoRle? mask = item.TryGetProperty("segmentation", out JsonElement segmentation)
                    ? CocoSegmentation.Read(segmentation, 0, 0)
                    : null;
                if (boxes)
                {
                    CocoBox given = CocoSegmentation.ReadBox(item.GetProperty("bbox"));
                    return new CocoDetection(image, category, score, given, given.Area, mask);
                }

                return mask is null
                    ? throw new OmgLlavaException("it has neither a box nor a mask")
                    : CocoDetection.FromMask(image, category, score, mask);
            }
        );
    }
}
