namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Number of clicks (NoC) that objects need and their overlap after each click, as interactive segmentation is evaluated (Sofiiuk
/// et al. 2022, RITM's <c>compute_noc_metric</c>).
/// </summary>
public sealed class ClickMetric
{
    private readonly double[] _thresholds;
    private readonly long[] _clicks;
    private readonly int[] _unreached;
    private readonly double[] _iouSums;
    private int _objects;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="thresholds">Overlaps that are good enough; null for 0.8, 0.85 and 0.9.</param>
    /// <param name="mostClicks">Most clicks on an object.</param>
    public ClickMetric(IReadOnlyList<double>? thresholds = null, int mostClicks = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostClicks, 1);
        _thresholds = [.. thresholds ?? [0.8, 0.85, 0.9]];
        (_clicks, _unreached, _iouSums, MostClicks) = (
            new long[_thresholds.Length],
            new int[_thresholds.Length],
            new double[mostClicks],
            mostClicks
        );
    }

    /// <summary>Most clicks on an object.</summary>
    public int MostClicks { get; }

    /// <summary>Counts an object.</summary>
    /// <param name="ious">Overlap of the mask after each click. Fewer than the most clicks when clicking stopped because the mask
    /// was good enough: the last mask stays.</param>
    public void Add(IReadOnlyList<double> ious)
    {
        ArgumentOutOfRangeException.ThrowIfZero(ious.Count, nameof(ious));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ious.Count, MostClicks, nameof(ious));
        _objects++;
        for (int i = 0; i < _thresholds.Length; i++)
        {
            int reached = ious.Index()
                .Where(click => click.Item >= _thresholds[i])
                .Select(click => click.Index + 1)
                .DefaultIfEmpty(0)
                .First();
            _clicks[i] += reached == 0 ? MostClicks : reached;
            _unreached[i] += reached == 0 ? 1 : 0;
        }

        for (int k = 0; k < MostClicks; k++)
        {
            _iouSums[k] += ious[Math.Min(k, ious.Count - 1)];
        }
    }

    /// <summary>The scores so far; NaN where nothing was counted.</summary>
    public ClickScores Scores() =>
        new(
            _objects,
            _thresholds.Index().ToDictionary(entry => entry.Item, entry => (double)_clicks[entry.Index] / _objects),
            _thresholds.Index().ToDictionary(entry => entry.Item, entry => _unreached[entry.Index]),
            [.. _iouSums.Select(sum => sum / _objects)]
        );
}
