namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Segmentation as the evaluation loops of LISA, GLaMM and OMG-LLaVA count it, picture by picture. They divide by union + 1e-5
/// and by the sum of unions + 1e-10, and give two empty masks a 1. They compute in single precision; this is the same formula in
/// double precision.
/// </summary>
public sealed class PerImageMetric
{
    private double _weightedIou;
    private long _intersection;
    private long _union;
    private int _masks;

    /// <summary>Pixels in both masks, of all pictures.</summary>
    public long Intersection => _intersection;

    /// <summary>Pixels in either mask, of all pictures.</summary>
    public long Union => _union;

    /// <summary>Counts the masks of a picture.</summary>
    /// <param name="overlaps">Each predicted mask with its true one; at least one.</param>
    /// <returns>The picture's mean intersection over union.</returns>
    public double AddImage(IReadOnlyList<MaskOverlap> overlaps)
    {
        ArgumentOutOfRangeException.ThrowIfZero(overlaps.Count, nameof(overlaps));
        double sum = 0;
        foreach (MaskOverlap overlap in overlaps)
        {
            sum += (overlap.Intersection / (overlap.Union + 1e-5)) + (overlap.Union == 0 ? 1 : 0);
            _intersection += overlap.Intersection;
            _union += overlap.Union;
        }

        double mean = sum / overlaps.Count;
        _weightedIou += mean * overlaps.Count;
        _masks += overlaps.Count;
        return mean;
    }

    /// <summary>The scores so far; NaN where nothing was counted.</summary>
    public PerImageScores Scores() => new(_masks, _intersection / (_union + 1e-10), _weightedIou / _masks);
}
