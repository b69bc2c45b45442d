using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

/// <summary>Maps of classes, questions and clicks, computed by hand.</summary>
public class SmallMetricsTests
{
    [Fact]
    public void Confusion_matrix()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add(new LabelMap(6, 1, [0, 0, 0, 1, 1, 255]), new LabelMap(6, 1, [0, 0, 1, 1, 9, 2]));
        SemanticScores scores = matrix.Scores();
        Assert.Equal([2 / 3d, 1 / 3d, double.NaN], scores.Iou);
        Assert.Equal([2 / 3d, 1 / 2d, double.NaN], scores.Accuracy);
        Assert.Equal(0.5, scores.MeanIou, 12);
        Assert.Equal(3 / 5d, scores.PixelAccuracy, 12);
        Assert.Equal(1, matrix.PredictedOutside(1));
        Assert.Equal((3 * (2 / 3d) / 5) + (2 * (1 / 3d) / 5), scores.FrequencyWeightedIou, 12);
    }

    [Fact]
    public void Labels_one_too_high_are_lowered()
    {
        var matrix = new ConfusionMatrix(2, reduceZeroLabel: true);
        matrix.Add(new LabelMap(4, 1, [0, 1, 2, 255]), new LabelMap(4, 1, [0, 0, 1, 1]));
        Assert.Equal(1, matrix.Scores().MeanIou, 12);
        Assert.Contains(
            "hold 3",
            Assert.Throws<OmgLlavaException>(() => matrix.Add(new LabelMap(1, 1, [3]), new LabelMap(1, 1, [0]))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Yes, there is.", true)]
    [InlineData("No, there is no dog.", false)]
    [InlineData("There is not.", false)]
    [InlineData("A dog. No cat.", true)] // only the first sentence counts
    [InlineData("NO", true)] // and only these spellings
    public void Answers_are_read_as_POPE_reads_them(string answer, bool yes) => Assert.Equal(yes, YesNoMetric.SaysYes(answer));

    [Fact]
    public void Yes_or_no()
    {
        var metric = new YesNoMetric();
        foreach (
            (string answer, bool yes) in new[]
            {
                ("yes", true),
                ("yes", true),
                ("yes", false),
                ("no", true),
                ("no", false),
                ("no", false),
            }
        )
        {
            metric.Add(answer, yes);
        }

        YesNoScores scores = metric.Scores();
        Assert.Equal(new YesNoScores(6, 4 / 6d, 2 / 3d, 2 / 3d, F1: 0, 0.5), scores with { F1 = 0 });
        Assert.Equal(2 / 3d, scores.F1, 12);
        Assert.Equal(new YesNoScores(0, 0, 0, 0, 0, 0), new YesNoMetric().Scores());
    }

    [Theory]
    [InlineData("B", "B")]
    [InlineData("The option is C.", "C")]
    [InlineData("Answer: B", "A")] // the published rule
    [InlineData("AB", "AB")]
    [InlineData("none", null)]
    public void Options_are_read_as_XTuner_reads_them(string answer, string? option) =>
        Assert.Equal(option, ChoiceMetric.ChosenOption(answer));

    [Fact]
    public void A_question_is_right_when_it_is_right_in_every_turn()
    {
        var metric = new ChoiceMetric();
        metric.Add(5, "A", "A", "logic");
        metric.Add(1_000_005, "B", "B", "logic");
        metric.Add(7, "A", "A", "colour");
        metric.Add(1_000_007, "B", "C", "colour");
        ChoiceScores scores = metric.Scores();
        Assert.Equal(2, scores.Questions);
        Assert.Equal(0.5, scores.Accuracy);
        Assert.Equal(0.75, scores.SingleAccuracy);
        Assert.Equal(1, scores.Categories["logic"]);
        Assert.Equal(0, scores.Categories["colour"]);
    }

    [Fact]
    public void Clicks()
    {
        var metric = new ClickMetric([0.85], mostClicks: 4);
        metric.Add([0.5, 0.85]);
        metric.Add([0.2, 0.4, 0.6, 0.8]);
        ClickScores scores = metric.Scores();
        Assert.Equal((2 + 4) / 2d, scores.Clicks[0.85]);
        Assert.Equal(1, scores.Unreached[0.85]);
        Assert.Equal([0.35, 0.625, 0.725, 0.825], scores.MeanIou.Select(iou => Math.Round(iou, 9)));
    }
}
