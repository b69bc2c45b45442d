using OmgLlava.Data.Referring;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>
/// ReasonSeg as LISA evaluates it: the first text of each picture is asked, a sentence as it stands, a phrase within a question;
/// pixels marked to be ignored do not count.
/// </summary>
/// <param name="samples">The pictures.</param>
public sealed class ReasonSegTask(IReadOnlyList<ReasonSegSample> samples) : EvaluationTask
{
    /// <inheritdoc/>
    public override string Name => "reasonseg";

    /// <inheritdoc/>
    public override int Count => samples.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index)
    {
        ReasonSegSample sample = samples[index];
        string question = sample.IsSentence
            ? $"{sample.Texts[0]} Please respond with segmentation mask."
            : SegmentationTemplate.Ask(sample.Texts[0]);
        return Runs.Probe.Ask(sample.Id, sample.ImagePath, question);
    }

    /// <inheritdoc/>
    public override Expectation Expected(int index) =>
        new(
            "",
            [
                ("target", samples[index].Target),
                .. samples[index].Ignored.IsEmpty ? [] : new[] { ("ignored", samples[index].Ignored) },
            ]
        );

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) => Overlap(index, prediction).IntersectionOverUnion;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var metric = new PerImageMetric();
        foreach ((int index, Prediction prediction) in predictions)
        {
            metric.AddImage([Overlap(index, prediction)]);
        }

        PerImageScores scores = metric.Scores();
        return
        [
            new Measure("gIoU", scores.GeneralizedIou, scores.Masks),
            new Measure("cIoU", scores.CumulativeIou, scores.Masks),
        ];
    }

    private MaskOverlap Overlap(int index, Prediction prediction)
    {
        ReasonSegSample sample = samples[index];
        Mask given = prediction.FirstMask(sample.Target.Width, sample.Target.Height);
        bool[] counted = given.Pixels.ToArray();
        for (int i = 0; i < counted.Length; i++)
        {
            counted[i] &= !sample.Ignored.Pixels[i];
        }

        return MaskOverlap.Of(new Mask(given.Width, given.Height, counted), sample.Target);
    }
}
