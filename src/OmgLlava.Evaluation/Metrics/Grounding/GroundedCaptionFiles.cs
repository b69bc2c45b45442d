using System.Text.Json;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>Reads the files that GLaMM's and OMG-LLaVA's scripts evaluate grounded captions from.</summary>
public static class GroundedCaptionFiles
{
    /// <summary>Reads the ground truth.</summary>
    /// <param name="masks"><c>val_gcg_coco_mask_gt.json</c> or that of the test part.</param>
    /// <param name="captions"><c>val_gcg_coco_caption_gt.json</c> or that of the test part.</param>
    /// <exception cref="OmgLlavaException">A file is missing or a record is damaged.</exception>
    public static IReadOnlyList<GroundedCaptionTruth> LoadTruth(string masks, string captions)
    {
        ILookup<long, ObjectTruth> objects = CocoGroundTruth
            .Load(masks)
            .Annotations.ToLookup(annotation => annotation.ImageId);
        using JsonDocument document = MetricJson.Open(captions);
        ILookup<long, (string Caption, string[] Labels)> texts = MetricJson
            .Read(
                captions,
                document.RootElement,
                "annotations",
                item =>
                    (
                        Image: MetricJson.Integer(item.GetProperty("image_id")),
                        Text: (Text(item.GetProperty("caption")), Texts(item.GetProperty("labels")))
                    )
            )
            .ToLookup(entry => entry.Image, entry => entry.Text);
        return
        [
            .. MetricJson
                .Read(captions, document.RootElement, "images", item => MetricJson.Integer(item.GetProperty("id")))
                .Select(id =>
                    texts[id].Any()
                        ? new GroundedCaptionTruth(
                            id,
                            [.. texts[id].Select(text => text.Caption)],
                            texts[id].First().Labels,
                            [.. objects[id]]
                        )
                        : throw new OmgLlavaException($"In the file '{captions}', the image {id} has no caption.")
                ),
        ];
    }

    /// <summary>Reads the prediction of a picture: <c>caption, phrases, pred_masks</c>, plain or inside one outer
    /// member.</summary>
    /// <param name="folder">The folder of predictions, one JSON file a picture, named by its id.</param>
    /// <param name="imageId">Id of the picture.</param>
    /// <exception cref="OmgLlavaException">The file is missing or damaged.</exception>
    public static GroundedCaptionPrediction LoadPrediction(string folder, long imageId)
    {
        string path = Path.Combine(folder, $"{imageId}.json");
        using JsonDocument document = MetricJson.Open(path);
        return MetricJson.Guard(
            () =>
            {
                JsonElement item = document.RootElement;
                item = item.TryGetProperty("caption", out _) ? item : item.EnumerateObject().First().Value;
                return new GroundedCaptionPrediction(
                    imageId,
                    Text(item.GetProperty("caption")),
                    Texts(item.GetProperty("phrases")),
                    [.. item.GetProperty("pred_masks").EnumerateArray().Select(mask => CocoSegmentation.Read(mask, 0, 0))]
                );
            },
            $"The file '{path}'"
        );
    }

    private static string Text(JsonElement item) => item.GetString() ?? throw new FormatException();

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(Text)];
}
