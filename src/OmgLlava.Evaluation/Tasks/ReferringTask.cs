using OmgLlava.Data.Referring;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>
/// The mask of what an expression means. The first mask of the answer counts, and none where the answer has none, as in the
/// published evaluation. cIoU and gIoU are over the expressions that mean something; those that mean nothing are to be refused.
/// </summary>
/// <param name="name">Name of the task.</param>
/// <param name="expressions">The expressions.</param>
/// <param name="largest">The largest object of a picture, for guessing; null for no guesses.</param>
/// <param name="ask">Puts the question of a number; null for the words of evaluations.</param>
public sealed class ReferringTask(
    string name,
    IReadOnlyList<ReferringExpression> expressions,
    Func<string, Mask?>? largest = null,
    Func<ReferringExpression, int, string>? ask = null
) : EvaluationTask
{
    private const double Half = 0.5;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Count => expressions.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index)
    {
        ReferringExpression expression = expressions[index];
        string question = ask is null ? SegmentationTemplate.Ask(expression.Text) : ask(expression, index);
        return Runs.Probe.Ask(expression.Id, expression.ImagePath, question);
    }

    /// <inheritdoc/>
    public override Expectation Expected(int index)
    {
        ReferringExpression expression = expressions[index];
        return expression.NoTarget
            ? new Expectation("nothing", [])
            : new Expectation("", [(expression.Text, expression.Target.ToMask())]);
    }

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction)
    {
        ReferringExpression expression = expressions[index];
        return expression.NoTarget
            ? prediction.IsRefusal
                ? 1
                : 0
            : Overlap(expression, prediction).IntersectionOverUnion;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var metric = new ReferringMetric();
        int nothing = 0;
        int refused = 0;
        int wronglyRefused = 0;
        foreach ((int index, Prediction prediction) in predictions)
        {
            ReferringExpression expression = expressions[index];
            if (expression.NoTarget)
            {
                nothing++;
                refused += prediction.IsRefusal ? 1 : 0;
            }
            else
            {
                wronglyRefused += prediction.IsRefusal ? 1 : 0;
                metric.Add(Overlap(expression, prediction));
            }
        }

        ReferringScores scores = metric.Scores();
        List<Measure> measures =
        [
            new("cIoU", scores.CumulativeIou, scores.Samples),
            new("gIoU", scores.GeneralizedIou, scores.Samples),
            new("Pr@0.5", scores.Precision[Half], scores.Samples),
            new("wrong refusals", (double)wronglyRefused / scores.Samples, scores.Samples),
        ];
        measures.AddRange(nothing == 0 ? [] : [new Measure("right refusals", (double)refused / nothing, nothing)]);
        return [.. measures, .. ByKind(predictions)];
    }

    /// <inheritdoc/>
    public override Prediction? Guess(int index)
    {
        if (largest is null)
        {
            return null;
        }

        Mask? mask = largest(expressions[index].ImagePath);
        return new Prediction("", mask is null ? [] : [new PredictedSegment("", 1, mask.ToRle())]);
    }

    /// <summary>gIoU of each kind of expression that means something, where there are several kinds.</summary>
    private IEnumerable<Measure> ByKind(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        IGrouping<string, double>[] kinds =
        [
            .. predictions
                .Where(pair => !expressions[pair.Index].NoTarget)
                .GroupBy(pair => expressions[pair.Index].Kind, pair => Score(pair.Index, pair.Prediction))
                .OrderBy(kind => kind.Key, StringComparer.Ordinal),
        ];
        return kinds.Length < 2
            ? []
            : kinds.Select(kind => new Measure(
                $"gIoU, {(kind.Key.Length == 0 ? "other" : kind.Key)}",
                kind.Average(),
                kind.Count()
            ));
    }

    private static MaskOverlap Overlap(ReferringExpression expression, Prediction prediction) =>
        MaskOverlap.Of(prediction.FirstMask(expression.Target.Width, expression.Target.Height), expression.Target.ToMask());
}
