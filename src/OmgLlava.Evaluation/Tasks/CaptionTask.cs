using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>
/// Descriptions with masks (grounded conversation generation), counted as GLaMM and OMG-LLaVA count them. Where an answer has no
/// mask, the next wording of the question is tried, as published.
/// </summary>
/// <param name="samples">The pictures.</param>
/// <param name="largest">The largest object of a picture, for guessing; null for no guesses.</param>
public sealed class CaptionTask(IReadOnlyList<GroundedSample> samples, Func<string, Mask?>? largest = null) : EvaluationTask
{
    private readonly Lazy<MeteorScorer> _meteor = new(MeteorScorer.CreateDefault);
    private readonly Lazy<string> _frequent = new(() =>
        samples.CountBy(sample => sample.Truth.Captions[0]).MaxBy(pair => pair.Value).Key
    );

    /// <inheritdoc/>
    public override string Name => "grounded-caption";

    /// <inheritdoc/>
    public override int Count => samples.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.Ask(samples[index].Id, samples[index].ImagePath, CaptionTemplate.Questions[0]) with
        {
            Retries = [.. CaptionTemplate.Questions.Skip(1)],
        };

    /// <inheritdoc/>
    public override Expectation Expected(int index)
    {
        GroundedCaptionTruth truth = samples[index].Truth;
        return new Expectation(
            truth.Captions[0],
            [.. truth.Masks.Select((mask, i) => (truth.Labels.ElementAtOrDefault(i) ?? "", Mask.FromRle(mask.Mask!)))]
        );
    }

    /// <summary>The mean overlap of the picture's masks, times the share of them that has a partner.</summary>
    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction)
    {
        GroundedCaptionTruth truth = samples[index].Truth;
        GroundedCaptionResult result = GroundedCaptionEvaluator.Evaluate(
            [truth],
            [Given(index, prediction)],
            new GroundedCaptionOptions { ScoreCaptions = false }
        );
        return result.MeanIou * Math.Min(1, (double)prediction.Segments.Count / Math.Max(1, truth.Masks.Count));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        GroundedCaptionResult result = GroundedCaptionEvaluator.Evaluate(
            [.. predictions.Select(pair => samples[pair.Index].Truth)],
            [.. predictions.Select(pair => Given(pair.Index, pair.Prediction))],
            new GroundedCaptionOptions { Meteor = _meteor.Value }
        );
        int n = predictions.Count;
        return
        [
            new Measure("mIoU", result.MeanIou, n),
            new Measure("AP50", result.AveragePrecision50, n),
            new Measure("recall", result.Recall, n) { Note = result.Similarity },
            new Measure("METEOR", result.Captions?.Overall.Meteor ?? double.NaN, n)
            {
                Note = result.Captions?.MeteorDescription ?? "",
            },
            new Measure("CIDEr", result.Captions?.Overall.Cider ?? double.NaN, n),
        ];
    }

    /// <inheritdoc/>
    public override Prediction? Guess(int index) =>
        largest is null
            ? null
            : new Prediction(
                _frequent.Value,
                largest(samples[index].ImagePath) is { } mask ? [new PredictedSegment("", 1, mask.ToRle())] : []
            );

    private GroundedCaptionPrediction Given(int index, Prediction prediction)
    {
        GroundedCaptionTruth truth = samples[index].Truth;
        (int width, int height) = truth.Masks is [{ Mask: { } mask }, ..]
            ? (mask.Width, mask.Height)
            : ImageFile.ReadSize(samples[index].ImagePath);
        return new GroundedCaptionPrediction(
            truth.ImageId,
            prediction.Answer,
            [.. prediction.Segments.Select(segment => segment.Phrase)],
            [.. prediction.Segments.Select(segment => segment.Mask ?? CocoRle.FromRuns(width, height, [(uint)(width * height)]))]
        );
    }
}
