namespace OmgLlava.Evaluation.Metrics;

/// <summary>How far scores can be trusted: among answers with a score of 0.9, nine of ten should be right.</summary>
public static class Calibration
{
    private const int Bins = 10;

    /// <summary>
    /// The expected calibration error (Naeini et al. 2015; Guo et al. 2017, equation 3) over ten bins of equal width: the mean
    /// distance of the mean score of a bin from the share in it that is right, weighted by how many it holds.
    /// </summary>
    /// <param name="answers">Score in 0..1, and whether the answer was right.</param>
    /// <returns>0..1; NaN for no answers.</returns>
    public static double ExpectedError(IReadOnlyCollection<(double Score, bool Right)> answers) =>
        answers.Count == 0
            ? double.NaN
            : answers
                .GroupBy(answer => Math.Min(Bins - 1, (int)(answer.Score * Bins)))
                .Sum(bin => Math.Abs(bin.Sum(answer => answer.Score - (answer.Right ? 1 : 0)))) / answers.Count;
}
