namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Referring segmentation as ReLA and gRefCOCO count it (Liu et al. 2023). Whether a prediction has a target is a flag, not
/// whether its mask is empty. Scores do not depend on the order of the expressions, apart from last digits.
/// </summary>
public sealed class ReferringMetric
{
    private readonly IReadOnlyList<double> _thresholds;
    private readonly long[] _precise;
    private double _iouSum;
    private long _intersection;
    private long _union;
    private int _samples;
    private int _withoutTarget;
    private int _withoutTargetFound;
    private int _withTargetFound;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="thresholds">The t of Pr@t; null for 0.5, 0.6, 0.7, 0.8, 0.9, of which ReLA prints the last three.</param>
    public ReferringMetric(IReadOnlyList<double>? thresholds = null)
    {
        _thresholds = thresholds ?? [0.5, 0.6, 0.7, 0.8, 0.9];
        _precise = new long[_thresholds.Count];
    }

    /// <summary>Counts an expression.</summary>
    /// <param name="overlap">
    /// The predicted mask with the true one (which is empty when there is no target), counted also when the prediction says that
    /// there is no target.
    /// </param>
    /// <param name="noTarget">Whether nothing in the picture fits the expression.</param>
    /// <param name="predictedNoTarget">Whether the prediction says so.</param>
    /// <returns>The expression's intersection over union.</returns>
    public double Add(MaskOverlap overlap, bool noTarget = false, bool predictedNoTarget = false)
    {
        _samples++;
        double iou;
        if (noTarget)
        {
            _withoutTarget++;
            _withoutTargetFound += predictedNoTarget ? 1 : 0;
            _union += predictedNoTarget ? 0 : overlap.Union;
            iou = predictedNoTarget ? 1 : 0;
        }
        else
        {
            _withTargetFound += predictedNoTarget ? 0 : 1;
            MaskOverlap counted = predictedNoTarget ? overlap with { Intersection = 0 } : overlap;
            _intersection += counted.Intersection;
            _union += counted.Union;
            iou = counted.IntersectionOverUnion;
            for (int i = 0; i < _precise.Length; i++)
            {
                _precise[i] += iou >= _thresholds[i] ? 1 : 0;
            }
        }

        _iouSum += iou;
        return iou;
    }

    /// <summary>Adds what another metric of the same thresholds counted, to score several sources as one.</summary>
    public void Add(ReferringMetric other)
    {
        if (!other._thresholds.SequenceEqual(_thresholds))
        {
            throw new ArgumentException("The other metric has other thresholds.", nameof(other));
        }

        (_samples, _withoutTarget) = (_samples + other._samples, _withoutTarget + other._withoutTarget);
        (_withoutTargetFound, _withTargetFound) = (
            _withoutTargetFound + other._withoutTargetFound,
            _withTargetFound + other._withTargetFound
        );
        (_intersection, _union, _iouSum) = (_intersection + other._intersection, _union + other._union, _iouSum + other._iouSum);
        for (int i = 0; i < _precise.Length; i++)
        {
            _precise[i] += other._precise[i];
        }
    }

    /// <summary>The scores so far; NaN where nothing was counted.</summary>
    public ReferringScores Scores()
    {
        int withTarget = _samples - _withoutTarget;
        return new ReferringScores(
            _samples,
            (double)_intersection / _union,
            _iouSum / _samples,
            _withoutTarget == 0 ? 0 : (double)_withTargetFound / withTarget,
            _withoutTarget == 0 ? 0 : (double)_withoutTargetFound / _withoutTarget,
            _thresholds.Index().ToDictionary(entry => entry.Item, entry => (double)_precise[entry.Index] / withTarget)
        );
    }
}
