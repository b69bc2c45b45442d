namespace OmgLlava.Evaluation.Metrics;

/// <summary>What a segmentation into classes scored, in fractions. Not-a-number stands for 0/0, which means leave out.</summary>
/// <param name="Iou">Intersection over union of each class; 0 for a class that is only predicted.</param>
/// <param name="Accuracy">Share of each class's pixels that are right.</param>
/// <param name="Precision">Share of the pixels predicted as each class that are right.</param>
/// <param name="Dice">Dice coefficient of each class.</param>
/// <param name="PixelAccuracy">aAcc: share of all pixels that are right.</param>
/// <param name="FrequencyWeightedIou">fwIoU: mean of <paramref name="Iou"/>, weighted by the pixels of each class.</param>
public sealed record SemanticScores(
    IReadOnlyList<double> Iou,
    IReadOnlyList<double> Accuracy,
    IReadOnlyList<double> Precision,
    IReadOnlyList<double> Dice,
    double PixelAccuracy,
    double FrequencyWeightedIou
)
{
    /// <summary>mIoU.</summary>
    public double MeanIou => Mean(Iou);

    /// <summary>mAcc.</summary>
    public double MeanAccuracy => Mean(Accuracy);

    /// <summary>mDice.</summary>
    public double MeanDice => Mean(Dice);

    private static double Mean(IReadOnlyList<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
