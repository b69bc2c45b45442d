using OmgLlava.Data.Coco;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;

namespace OmgLlava.Tests.Evaluation;

public class InteractiveTaskTests
{
    /// <summary>Of two cats one is found; the dog beside them and the cat of another picture are alone.</summary>
    [Fact]
    public void Things_beside_others_of_their_kind_are_counted_apart()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["instances.json"],
            $$"""
            {
              "images": [{ "id": 1, "file_name": "a.png", "width": 12, "height": 4 }, { "id": 2, "file_name": "b.png", "width": 12, "height": 4 }],
              "categories": [{ "id": 1, "name": "cat" }, { "id": 2, "name": "dog" }],
              "annotations": [{{Thing(1, 1, 1, 0)}}, {{Thing(2, 1, 1, 4)}}, {{Thing(3, 1, 2, 8)}}, {{Thing(4, 2, 1, 0)}}]
            }
            """
        );
        var task = new InteractiveTask(
            NamedObject.Of(CocoInstances.Open(folder["instances.json"]), folder["."]),
            box: true,
            largest: null
        );
        (int, Prediction)[] predictions =
        [
            .. Enumerable
                .Range(0, task.Count)
                .Select(i =>
                    (
                        i,
                        new Prediction(
                            "",
                            i == 1
                                ? []
                                : [.. task.Expected(i).Masks.Select(mask => new PredictedSegment("", 1, mask.Mask.ToRle()))]
                        )
                    )
                ),
        ];
        Dictionary<string, Measure> measures = task.Measure(predictions).ToDictionary(measure => measure.Name);
        Assert.Equal(0.75, measures["mean IoU"].Value, 6);
        Assert.Equal(
            (0.5, 2),
            (measures["mean IoU beside others of the kind"].Value, measures["mean IoU beside others of the kind"].Samples)
        );
        Assert.Equal((1.0, 2), (measures["mean IoU of the only one"].Value, measures["mean IoU of the only one"].Samples));
        Assert.DoesNotContain(
            task.Measure(predictions[2..]),
            measure => measure.Name.Contains("beside", StringComparison.Ordinal)
        );
    }

    private static string Thing(int id, int image, int category, int left) =>
        $$"""
            { "id": {{id}}, "image_id": {{image}}, "category_id": {{category}}, "iscrowd": 0, "area": 9, "bbox": [{{left}}, 0, 3, 3],
              "segmentation": [[{{left}}, 0, {{left + 3}}, 0, {{left + 3}}, 3, {{left}}, 3]] }
            """;
}
