using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class GroundedCaptionEvaluatorTests
{
    [Fact]
    public void The_truth_itself_is_perfect()
    {
        GroundedCaptionResult result = GroundedCaptionEvaluator.Evaluate(
            [Truth(["red car", "blue sky"], Left, Right)],
            [Given(["red car", "blue sky"], Left, Right)]
        );
        Assert.Equal(1, result.AveragePrecision50, 12);
        Assert.Equal(1, result.MeanIou, 12);
        Assert.Equal(1, result.Recall, 12);
        Assert.Equal(1, result.Captions!.Overall.RougeL, 12);
        Assert.Contains("no BERT", result.Similarity, StringComparison.Ordinal);
    }

    /// <summary>The best pair of masks has other words, and the search ends there, though the other pair fits.</summary>
    [Fact]
    public void Recall_stops_at_the_first_pair_that_fails()
    {
        GroundedCaptionResult result = GroundedCaptionEvaluator.Evaluate(
            [Truth(["red car", "blue sky"], Left, Right)],
            [Given(["dog", "blue sky"], Left, Most)]
        );
        Assert.Equal(0, result.Recall);
        Assert.Equal((1 + (2 / 3d)) / 2, result.MeanIou, 12);
    }

    [Fact]
    public void A_mask_without_a_phrase_voids_its_picture()
    {
        GroundedCaptionResult result = GroundedCaptionEvaluator.Evaluate(
            [Truth(["red car", "blue sky"], Left, Right)],
            [Given(["red car"], Left, Right)]
        );
        Assert.Equal(0, result.RecalledLabels);
        Assert.Contains("mask 1 of the prediction has no phrase", result.Pictures[0].Uncounted, StringComparison.Ordinal);
    }

    [Fact]
    public void Unmatched_masks_cost_the_mean_overlap_nothing() =>
        Assert.Equal(
            1,
            GroundedCaptionEvaluator.Evaluate([Truth(["red car"], Left)], [Given(["red car", "sky"], Left, Right)]).MeanIou,
            12
        );

    [Fact]
    public void A_picture_without_prediction_is_named() =>
        Assert.Contains(
            "image 7",
            Assert.Throws<OmgLlavaException>(() => GroundedCaptionEvaluator.Evaluate([Truth(["red car"], Left)], [])).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Embeddings_are_compared_by_their_cosine()
    {
        var similarity = new EmbeddingSimilarity("a model", text => text == "up" ? [0, 2] : [3, 0.0001f + (4 * text.Length)]);
        Assert.Equal(0.8, similarity.Compare("up", "a"), 4);
        Assert.Equal(1, similarity.Compare("up", "up"), 12);
        Assert.Equal(1, new TrigramSimilarity().Compare("Red car", "red car"), 12);
        Assert.Equal(0, new TrigramSimilarity().Compare("car", "vehicle"));
    }

    private static readonly CocoRle Left = CocoRle.FromRuns(4, 1, [0, 2, 2]);
    private static readonly CocoRle Right = CocoRle.FromRuns(4, 1, [2, 2]);
    private static readonly CocoRle Most = CocoRle.FromRuns(4, 1, [1, 3]);

    private static GroundedCaptionTruth Truth(string[] labels, params CocoRle[] masks) =>
        new(
            7,
            [string.Join(" and ", labels)],
            labels,
            [.. masks.Select((mask, i) => new ObjectTruth(i + 1, 7, 1, RleMath.BoundingBox(mask), mask.Area, Mask: mask))]
        );

    private static GroundedCaptionPrediction Given(string[] phrases, params CocoRle[] masks) =>
        new(7, string.Join(" and ", phrases), phrases, masks);
}
