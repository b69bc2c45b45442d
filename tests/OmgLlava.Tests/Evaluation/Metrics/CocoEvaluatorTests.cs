using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class CocoEvaluatorTests
{
    private static readonly CocoEvaluationOptions Boxes = new() { MatchOn = CocoMatchOn.Boxes };

    /// <summary>Two objects; the best detection is right, the second wrong, the third right: precision 1, then 2/3.</summary>
    [Fact]
    public void A_case_computed_by_hand()
    {
        CocoGroundTruth truth = Truth(Object(1, 1, 0), Object(2, 1, 100));
        CocoEvaluationResult result = CocoEvaluator.Evaluate(
            truth,
            [Found(1, 0, 0.9), Found(1, 300, 0.8), Found(1, 100, 0.7)],
            Boxes
        );

        // Recall points 0 to 0.50 are reached at precision 1 (51 points), 0.51 to 1 at 2/3 (50 points).
        Assert.Equal((51 + (50 * 2 / 3d)) / 101, result.AveragePrecision, 12);
        Assert.Equal(1, result.Recall(), 12);
        Assert.Equal(0.5, result.Recall(mostDetections: 1), 12);
        Assert.Equal(-1, result.Precision("large"));
    }

    [Fact]
    public void The_truth_itself_is_perfect()
    {
        ObjectTruth[] objects = [.. Enumerable.Range(1, 20).Select(i => Object(i, (i % 4) + 1, 30 * i))];
        CocoGroundTruth truth = Truth(objects);
        CocoEvaluationResult result = CocoEvaluator.Evaluate(
            truth,
            [.. objects.Select(o => new CocoDetection(o.ImageId, o.CategoryId, 0.5, o.Box, o.Area))],
            Boxes
        );
        Assert.Equal(1, result.AveragePrecision, 12);
        Assert.Equal(1, result.Recall(), 12);
    }

    [Fact]
    public void The_order_of_pictures_does_not_matter()
    {
        var random = new Random(5);
        ObjectTruth[] objects = [.. Enumerable.Range(1, 60).Select(i => Object(i, random.Next(1, 8), random.Next(0, 200)))];
        CocoDetection[] found =
        [
            .. objects.Select(o => Found(o.ImageId, (int)o.Box.X + random.Next(-4, 5), random.NextDouble())),
        ];
        CocoEvaluationResult once = CocoEvaluator.Evaluate(Truth(objects), found, Boxes);
        long[] images = [.. objects.Select(o => o.ImageId).Distinct()];
        random.Shuffle(images);
        objects = [.. images.SelectMany(image => objects.Where(o => o.ImageId == image))];
        found = [.. images.Reverse().SelectMany(image => found.Where(o => o.ImageId == image))];
        Assert.Equal(once.Numbers, CocoEvaluator.Evaluate(Truth(objects), found, Boxes).Numbers);
    }

    [Fact]
    public void A_crowd_makes_nothing_wrong()
    {
        CocoGroundTruth truth = Truth(Object(1, 1, 0), Object(2, 1, 100) with { IsCrowd = true });
        CocoDetection[] found = [Found(1, 100, 0.9), Found(1, 101, 0.8), Found(1, 0, 0.7)];
        Assert.Equal(1, CocoEvaluator.Evaluate(truth, found, Boxes).AveragePrecision, 12);
    }

    /// <summary>pycocotools keeps the id of the match and takes 0 for none.</summary>
    [Fact]
    public void An_annotation_with_the_id_0_is_never_found() =>
        Assert.Equal(0, CocoEvaluator.Evaluate(Truth(Object(0, 1, 0)), [Found(1, 0, 0.9)], Boxes).AveragePrecision);

    [Fact]
    public void Without_masks_the_sentence_says_so()
    {
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() =>
            CocoEvaluator.Evaluate(Truth(Object(1, 1, 0)), [Found(1, 0, 0.9)])
        );
        Assert.Contains("has no mask", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}]""", "record 0 of results is damaged")]
    [InlineData(
        """[{"image_id": 9, "category_id": 1, "bbox": [0, 0, 1, 1], "score": 1}]""",
        "its image 9 is not in the ground truth"
    )]
    [InlineData(
        """[{"image_id": 1, "category_id": 1, "score": 1, "segmentation": {"size": [2, 2], "counts": "~"}}]""",
        "not a compressed run-length"
    )]
    [InlineData("""[{"image_id": 1, """, "is no JSON, or is cut off")]
    [InlineData("""{"image_id": 1}""", "is no list")]
    public void Damaged_results_are_named(string json, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "results.json");
        File.WriteAllText(path, json);
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() => CocoResults.Load(path, Truth(Object(1, 1, 0))));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("results.json", error.Message, StringComparison.Ordinal);
    }

    private static CocoGroundTruth Truth(params ObjectTruth[] objects) =>
        new([.. objects.Select(o => o.ImageId).Distinct()], [new MeasuredClass(1, "thing")], objects);

    private static ObjectTruth Object(long id, long image, double x) => new(id, image, 1, new CocoBox(x, 0, 20, 20), 400);

    private static CocoDetection Found(long image, double x, double score) =>
        new(image, 1, score, new CocoBox(x, 0, 20, 20), 400);
}
