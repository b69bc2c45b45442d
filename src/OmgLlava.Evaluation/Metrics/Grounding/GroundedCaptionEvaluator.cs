using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Grounded conversation generation as GLaMM's and OMG-LLaVA's scripts evaluate it. What they do oddly is followed: every mask
/// has the score 1, so AP50 depends on the order of the predictions; unmatched masks cost the mIoU nothing; and recall stops at
/// the first best pair of masks that fails a threshold, even where a later pair would pass.
/// </summary>
public static class GroundedCaptionEvaluator
{
    private const long Category = 1;

    /// <summary>Evaluates predictions.</summary>
    /// <param name="truth">The pictures.</param>
    /// <param name="predictions">A prediction for each of them.</param>
    /// <param name="options">Null for the published thresholds.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="OmgLlavaException">A picture has no prediction, or masks have different sizes.</exception>
    public static GroundedCaptionResult Evaluate(
        IReadOnlyList<GroundedCaptionTruth> truth,
        IReadOnlyList<GroundedCaptionPrediction> predictions,
        GroundedCaptionOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new GroundedCaptionOptions();
        Dictionary<long, GroundedCaptionPrediction> given = predictions.ToDictionary(prediction => prediction.ImageId);
        (GroundedCaptionTruth Truth, GroundedCaptionPrediction Prediction)[] pairs =
        [
            .. truth.Select(picture =>
                (
                    picture,
                    given.GetValueOrDefault(picture.ImageId)
                        ?? throw new OmgLlavaException($"There is no prediction for the image {picture.ImageId}.")
                )
            ),
        ];

        var pictures = new GroundedCaptionScores[pairs.Length];
        ParallelWork.For(pairs.Length, i => pictures[i] = Score(pairs[i].Truth, pairs[i].Prediction, options), cancellation);
        CaptionResult? captions =
            options.ScoreCaptions && pairs.Length > 0
                ? CaptionEvaluator.Evaluate(
                    [.. pairs.Select(pair => new CaptionSample(pair.Prediction.Caption, pair.Truth.Captions))],
                    options.Meteor,
                    cancellation: cancellation
                )
                : null;
        return new GroundedCaptionResult(
            captions,
            EvaluateMasks(pairs, cancellation),
            pictures.Length == 0 ? 0 : pictures.Average(picture => picture.MeanIou),
            pictures.Sum(picture => picture.Matches.Count),
            truth.Sum(picture => picture.Labels.Count),
            pictures,
            options.Similarity.Name
        );
    }

    private static CocoEvaluationResult EvaluateMasks(
        (GroundedCaptionTruth Truth, GroundedCaptionPrediction Prediction)[] pairs,
        CancellationToken cancellation
    )
    {
        var truth = new CocoGroundTruth(
            [.. pairs.Select(pair => pair.Truth.ImageId)],
            [new MeasuredClass(Category, "phrase")],
            [.. pairs.SelectMany(pair => pair.Truth.Masks)]
        );
        CocoDetection[] detections =
        [
            .. pairs.SelectMany(pair =>
                pair.Prediction.Masks.Select(mask => CocoDetection.FromMask(pair.Truth.ImageId, Category, 1, mask))
            ),
        ];
        return CocoEvaluator.Evaluate(truth, detections, new CocoEvaluationOptions { CategoryIds = [Category] }, cancellation);
    }

    private static GroundedCaptionScores Score(
        GroundedCaptionTruth truth,
        GroundedCaptionPrediction prediction,
        GroundedCaptionOptions options
    )
    {
        double[,] overlaps = new double[truth.Masks.Count, prediction.Masks.Count];
        for (int t = 0; t < truth.Masks.Count; t++)
        {
            for (int p = 0; p < prediction.Masks.Count; p++)
            {
                overlaps[t, p] = Overlap(truth, t, prediction.Masks[p]);
            }
        }

        double meanIou = GreedyPairs.MeanIou(overlaps);
        var similarities = new Lazy<double[,]>(() => Similarities(truth.Labels, prediction.Phrases, options.Similarity));
        List<(int, int)> matches = [];
        while (GreedyPairs.Largest(overlaps) is { } best && !(overlaps[best.Row, best.Column] < options.IouThreshold))
        {
            // The published scripts look the pair up in the table of phrases, fail, and count nothing of the picture.
            if (best.Row >= truth.Labels.Count || best.Column >= prediction.Phrases.Count)
            {
                return new GroundedCaptionScores(
                    truth.ImageId,
                    meanIou,
                    [],
                    $"mask {best.Row} of the ground truth or mask {best.Column} of the prediction has no phrase"
                );
            }

            if (similarities.Value[best.Row, best.Column] < options.TextThreshold)
            {
                break;
            }

            matches.Add((best.Row, best.Column));
            Clear(overlaps, best);
            Clear(similarities.Value, best);
        }

        return new GroundedCaptionScores(truth.ImageId, meanIou, matches);
    }

    /// <summary>Not a number for two empty masks, as in the published scripts.</summary>
    private static double Overlap(GroundedCaptionTruth truth, int index, CocoRle prediction)
    {
        CocoRle mask =
            truth.Masks[index].Mask
            ?? throw new OmgLlavaException($"Mask {index} of the image {truth.ImageId} is missing from the ground truth.");
        if (mask.Width != prediction.Width || mask.Height != prediction.Height)
        {
            throw new OmgLlavaException(
                $"A predicted mask of the image {truth.ImageId} is {prediction.Width} x {prediction.Height} pixels, but the "
                    + $"picture is {mask.Width} x {mask.Height}."
            );
        }

        MaskOverlap overlap = MaskOverlap.Of(mask, prediction);
        return (double)overlap.Intersection / overlap.Union;
    }

    private static double[,] Similarities(IReadOnlyList<string> labels, IReadOnlyList<string> phrases, ITextSimilarity similarity)
    {
        double[,] table = new double[labels.Count, phrases.Count];
        for (int t = 0; t < labels.Count; t++)
        {
            for (int p = 0; p < phrases.Count; p++)
            {
                table[t, p] = similarity.Compare(labels[t], phrases[p]);
            }
        }

        return table;
    }

    private static void Clear(double[,] table, (int Row, int Column) pair)
    {
        for (int i = 0; i < table.GetLength(0); i++)
        {
            table[i, pair.Column] = 0;
        }

        for (int j = 0; j < table.GetLength(1); j++)
        {
            table[pair.Row, j] = 0;
        }
    }
}
