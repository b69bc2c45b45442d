using OmgLlava.Data.Referring;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>RefCOCO, RefCOCO+, RefCOCOg and RefCLEF as the published evaluation counts them: picture by picture, the first mask
/// of each answer.</summary>
/// <param name="name">Name of the task.</param>
/// <param name="expressions">The sentences, those of a picture next to each other.</param>
public sealed class ReferTask(string name, IReadOnlyList<ReferringExpression> expressions) : EvaluationTask
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Count => expressions.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.Ask(expressions[index].Id, expressions[index].ImagePath, SegmentationTemplate.Ask(expressions[index].Text));

    /// <inheritdoc/>
    public override Expectation Expected(int index) => new("", [(expressions[index].Text, expressions[index].Target.ToMask())]);

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) => Overlap(index, prediction).IntersectionOverUnion;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var metric = new PerImageMetric();
        foreach (
            IGrouping<string, (int Index, Prediction Prediction)> image in predictions.GroupBy(pair =>
                expressions[pair.Index].ImagePath
            )
        )
        {
            metric.AddImage([.. image.Select(pair => Overlap(pair.Index, pair.Prediction))]);
        }

        PerImageScores scores = metric.Scores();
        return
        [
            new Measure("cIoU", scores.CumulativeIou, scores.Masks),
            new Measure("gIoU", scores.GeneralizedIou, scores.Masks),
        ];
    }

    private MaskOverlap Overlap(int index, Prediction prediction)
    {
        Data.EncodedMask target = expressions[index].Target;
        return MaskOverlap.Of(prediction.FirstMask(target.Width, target.Height), target.ToMask());
    }
}
