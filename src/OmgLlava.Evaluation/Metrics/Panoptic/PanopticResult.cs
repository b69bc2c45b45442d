namespace OmgLlava.Evaluation.Metrics;

/// <summary>Panoptic quality over a set of pictures.</summary>
/// <param name="Categories">The classes that were evaluated.</param>
/// <param name="Counts">Matches of each class by its id; a class that never occurs has none.</param>
public sealed record PanopticResult(IReadOnlyList<MeasuredClass> Categories, IReadOnlyDictionary<long, PanopticCounts> Counts)
{
    /// <summary>Over all classes.</summary>
    public PanopticSummary All => Summarize(_ => true);

    /// <summary>Over things.</summary>
    public PanopticSummary Things => Summarize(category => category.IsThing);

    /// <summary>Over stuff.</summary>
    public PanopticSummary Stuff => Summarize(category => !category.IsThing);

    /// <summary>The matches of a class.</summary>
    public PanopticCounts CountsOf(long categoryId) => Counts.GetValueOrDefault(categoryId);

    private PanopticSummary Summarize(Func<MeasuredClass, bool> belongs)
    {
        PanopticScores[] scores =
        [
            .. Categories
                .Where(belongs)
                .Select(category => CountsOf(category.Id))
                .Where(counts => counts.Occurs)
                .Select(counts => counts.Scores),
        ];
        return new PanopticSummary(
            new PanopticScores(Mean(score => score.Quality), Mean(score => score.Segmentation), Mean(score => score.Recognition)),
            scores.Length
        );

        double Mean(Func<PanopticScores, double> part) => scores.Sum(part) / scores.Length;
    }
}
