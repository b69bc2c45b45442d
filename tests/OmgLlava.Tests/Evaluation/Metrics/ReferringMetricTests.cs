using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class ReferringMetricTests
{
    [Fact]
    public void A_case_computed_by_hand()
    {
        var metric = new ReferringMetric([0.5, 0.9]);
        Assert.Equal(0.5, metric.Add(new MaskOverlap(10, 20)));
        Assert.Equal(1, metric.Add(new MaskOverlap(30, 30)));
        Assert.Equal(0, metric.Add(new MaskOverlap(5, 10), predictedNoTarget: true));
        Assert.Equal(1, metric.Add(new MaskOverlap(0, 7), noTarget: true, predictedNoTarget: true));
        Assert.Equal(0, metric.Add(new MaskOverlap(0, 8), noTarget: true));

        ReferringScores scores = metric.Scores();
        Assert.Equal(40 / 68d, scores.CumulativeIou, 12); // (10 + 30) / (20 + 30 + 10 + 8)
        Assert.Equal(2.5 / 5, scores.GeneralizedIou, 12);
        Assert.Equal(2 / 3d, scores.TargetAccuracy, 12);
        Assert.Equal(1 / 2d, scores.NoTargetAccuracy, 12);
        Assert.Equal(2 / 3d, scores.Precision[0.5], 12);
        Assert.Equal(1 / 3d, scores.Precision[0.9], 12);
    }

    [Fact]
    public void Two_empty_masks_score_1_picture_by_picture_and_0_in_ReLA()
    {
        var perImage = new PerImageMetric();
        Assert.Equal(1, perImage.AddImage([default]));
        Assert.Equal(0, new ReferringMetric().Add(new MaskOverlap(0, 0)));
    }

    [Fact]
    public void Pictures_weigh_by_their_masks()
    {
        var metric = new PerImageMetric();
        metric.AddImage([new MaskOverlap(1, 2), new MaskOverlap(2, 2)]);
        metric.AddImage([new MaskOverlap(0, 4)]);
        Assert.Equal(0.5, metric.Scores().GeneralizedIou, 4);
        Assert.Equal(3 / 8d, metric.Scores().CumulativeIou, 9);
        Assert.Equal(3, metric.Scores().Masks);
    }
}
