namespace OmgLlava.Evaluation.Metrics;

/// <summary>Panoptic quality and its factors (Kirillov et al. 2019, equation 1), 0 to 1.</summary>
/// <param name="Quality">PQ, the product of the others.</param>
/// <param name="Segmentation">SQ, the mean intersection over union of matches.</param>
/// <param name="Recognition">RQ, the F1 score of finding segments.</param>
public readonly record struct PanopticScores(double Quality, double Segmentation, double Recognition);
