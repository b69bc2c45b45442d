using OmgLlava.Data.Referring;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>
/// gRefCOCO as ReLA counts it. An answer without a mask says that there is no target; all masks of an answer count together,
/// since an expression may mean several things.
/// </summary>
/// <param name="expressions">The expressions.</param>
public sealed class GrefTask(IReadOnlyList<ReferringExpression> expressions) : EvaluationTask
{
    /// <inheritdoc/>
    public override string Name => "grefcoco";

    /// <inheritdoc/>
    public override int Count => expressions.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.Ask(expressions[index].Id, expressions[index].ImagePath, SegmentationTemplate.Ask(expressions[index].Text));

    /// <inheritdoc/>
    public override Expectation Expected(int index) =>
        expressions[index].NoTarget
            ? new Expectation("nothing", [])
            : new Expectation("", [(expressions[index].Text, expressions[index].Target.ToMask())]);

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        new ReferringMetric().Add(Overlap(index, prediction), expressions[index].NoTarget, prediction.IsRefusal);

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var metric = new ReferringMetric();
        foreach ((int index, Prediction prediction) in predictions)
        {
            metric.Add(Overlap(index, prediction), expressions[index].NoTarget, prediction.IsRefusal);
        }

        ReferringScores scores = metric.Scores();
        int nothing = predictions.Count(pair => expressions[pair.Index].NoTarget);
        return
        [
            new Measure("cIoU", scores.CumulativeIou, scores.Samples),
            new Measure("gIoU", scores.GeneralizedIou, scores.Samples),
            new Measure("N-acc", scores.NoTargetAccuracy, nothing),
            new Measure("T-acc", scores.TargetAccuracy, scores.Samples - nothing),
            .. scores.Precision.Select(pair => new Measure(
                FormattableString.Invariant($"Pr@{pair.Key}"),
                pair.Value,
                scores.Samples - nothing
            )),
        ];
    }

    private MaskOverlap Overlap(int index, Prediction prediction)
    {
        Data.EncodedMask target = expressions[index].Target;
        bool[] pixels = new bool[target.Width * target.Height];
        foreach (CocoRle mask in prediction.Segments.Select(segment => segment.Mask).OfType<CocoRle>())
        {
            bool[] inside = mask.ToPixels();
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] |= inside[i];
            }
        }

        return MaskOverlap.Of(new Mask(target.Width, target.Height, pixels), target.ToMask());
    }
}
