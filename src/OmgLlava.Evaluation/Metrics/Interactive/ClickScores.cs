namespace OmgLlava.Evaluation.Metrics;

/// <summary>What segmentation by clicks scored.</summary>
/// <param name="Objects">Number of objects.</param>
/// <param name="Clicks">NoC: mean number of clicks until the mask is good enough, by threshold; an object never good enough
/// counts the most clicks.</param>
/// <param name="Unreached">Number of objects that never were good enough, by threshold.</param>
/// <param name="MeanIou">Mean overlap after 1, 2, ... clicks.</param>
public sealed record ClickScores(
    int Objects,
    IReadOnlyDictionary<double, double> Clicks,
    IReadOnlyDictionary<double, int> Unreached,
    IReadOnlyList<double> MeanIou
);
