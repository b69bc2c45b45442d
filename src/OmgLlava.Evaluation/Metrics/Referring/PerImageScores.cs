namespace OmgLlava.Evaluation.Metrics;

/// <summary>What reasoning segmentation scored, in fractions.</summary>
/// <param name="Masks">Number of masks.</param>
/// <param name="CumulativeIou">cIoU: all intersections over all unions.</param>
/// <param name="GeneralizedIou">gIoU: the mean over masks of their intersection over union.</param>
public sealed record PerImageScores(int Masks, double CumulativeIou, double GeneralizedIou);
