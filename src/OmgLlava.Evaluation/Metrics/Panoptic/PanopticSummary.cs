namespace OmgLlava.Evaluation.Metrics;

/// <summary>The mean over classes.</summary>
/// <param name="Scores">Means of PQ, SQ and RQ over the classes that occur; NaN when none does (panopticapi then divides by
/// zero).</param>
/// <param name="Classes">Number of classes that occur.</param>
public sealed record PanopticSummary(PanopticScores Scores, int Classes);
