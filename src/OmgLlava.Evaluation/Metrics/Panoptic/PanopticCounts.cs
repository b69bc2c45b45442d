namespace OmgLlava.Evaluation.Metrics;

/// <summary>The matches of one class.</summary>
/// <param name="TruePositives">Predicted segments that match one of the ground truth.</param>
/// <param name="FalsePositives">Predicted segments that match none.</param>
/// <param name="FalseNegatives">Segments of the ground truth that were not found.</param>
/// <param name="IouSum">Sum of the intersection over union of the matches.</param>
public readonly record struct PanopticCounts(long TruePositives, long FalsePositives, long FalseNegatives, double IouSum)
{
    /// <summary>The class's qualities; all 0 where it does not occur.</summary>
    public PanopticScores Scores
    {
        get
        {
            double denominator = TruePositives + (0.5 * FalsePositives) + (0.5 * FalseNegatives);
            return denominator == 0
                ? default
                : new PanopticScores(
                    IouSum / denominator,
                    TruePositives == 0 ? 0 : IouSum / TruePositives,
                    TruePositives / denominator
                );
        }
    }

    /// <summary>Whether the class occurs, in the ground truth or in a prediction.</summary>
    public bool Occurs => TruePositives + FalsePositives + FalseNegatives > 0;

    /// <summary>Joins the counts of two sets of pictures.</summary>
    public static PanopticCounts operator +(PanopticCounts a, PanopticCounts b) => a.Add(b);

    /// <summary>Joins the counts of two sets of pictures.</summary>
    public PanopticCounts Add(PanopticCounts other) =>
        new(
            TruePositives + other.TruePositives,
            FalsePositives + other.FalsePositives,
            FalseNegatives + other.FalseNegatives,
            IouSum + other.IouSum
        );
}
