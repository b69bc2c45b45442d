namespace OmgLlava.Evaluation.Metrics;

/// <summary>How detections are evaluated; the defaults are COCO's (<c>Params</c> of pycocotools).</summary>
public sealed record CocoEvaluationOptions
{
    /// <summary>Masks or boxes.</summary>
    public CocoMatchOn MatchOn { get; init; } = CocoMatchOn.Masks;

    /// <summary>Whether to match across categories, as if there were one (<c>useCats = 0</c>).</summary>
    public bool ClassAgnostic { get; init; }

    /// <summary>Only these pictures; null for all.</summary>
    public IReadOnlyList<long>? ImageIds { get; init; }

    /// <summary>Only these categories; null for all.</summary>
    public IReadOnlyList<long>? CategoryIds { get; init; }

    /// <summary>Overlaps at which a detection counts as right, ascending: 0.5 to 0.95 in steps of 0.05.</summary>
    public IReadOnlyList<double> IouThresholds { get; init; } = EvenlySpaced(0.5, 0.95, 10);

    /// <summary>Recalls at which the precision is read, ascending: 0 to 1 in steps of 0.01.</summary>
    public IReadOnlyList<double> RecallPoints { get; init; } = EvenlySpaced(0, 1, 101);

    /// <summary>Most detections of a picture and category, best first, ascending.</summary>
    public IReadOnlyList<int> MaxDetections { get; init; } = [1, 10, 100];

    /// <summary>Sizes of objects to evaluate apart.</summary>
    public IReadOnlyList<CocoAreaRange> AreaRanges { get; init; } = CocoAreaRange.Published;

    /// <summary>The values of numpy's <c>linspace</c>, bit for bit.</summary>
    private static double[] EvenlySpaced(double first, double last, int count)
    {
        double step = (last - first) / (count - 1);
        double[] values = [.. Enumerable.Range(0, count).Select(i => (i * step) + first)];
        values[^1] = last;
        return values;
    }
}
