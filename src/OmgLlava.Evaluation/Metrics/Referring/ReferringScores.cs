namespace OmgLlava.Evaluation.Metrics;

/// <summary>What referring segmentation scored, in fractions.</summary>
/// <param name="Samples">Number of expressions.</param>
/// <param name="CumulativeIou">cIoU: all intersections over all unions.</param>
/// <param name="GeneralizedIou">gIoU: the mean over expressions of their intersection over union.</param>
/// <param name="TargetAccuracy">T-acc: of the expressions with a target, those predicted to have one; 0 when every expression has
/// one.</param>
/// <param name="NoTargetAccuracy">N-acc: of the expressions without a target, those predicted to have none; 0 when every
/// expression has one.</param>
/// <param name="Precision">Pr@t: of the expressions with a target, those whose intersection over union is at least t; by
/// threshold.</param>
public sealed record ReferringScores(
    int Samples,
    double CumulativeIou,
    double GeneralizedIou,
    double TargetAccuracy,
    double NoTargetAccuracy,
    IReadOnlyDictionary<double, double> Precision
);
