namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Precision and recall of detections. As in pycocotools, -1 stands for "there is no object of this kind", and means leave such
/// entries out (and are -1 when nothing is left).
/// </summary>
public sealed class CocoEvaluationResult
{
    private readonly double[] _precision; // (thresholds, recall points, categories, areas, most detections)
    private readonly double[] _recall; // (thresholds, categories, areas, most detections)

    internal CocoEvaluationResult(CocoEvaluationOptions options, IReadOnlyList<MeasuredClass> categories)
    {
        (Options, Categories) = (options, categories);
        int cells = options.IouThresholds.Count * categories.Count * options.AreaRanges.Count * options.MaxDetections.Count;
        _recall = new double[cells];
        _precision = new double[cells * options.RecallPoints.Count];
        _recall.AsSpan().Fill(-1);
        _precision.AsSpan().Fill(-1);
    }

    /// <summary>What was evaluated.</summary>
    public CocoEvaluationOptions Options { get; }

    /// <summary>The categories, by id; one alone when categories were not told apart.</summary>
    public IReadOnlyList<MeasuredClass> Categories { get; }

    /// <summary>AP: mean precision over all thresholds.</summary>
    public double AveragePrecision => Precision();

    /// <summary>AP50: mean precision at an overlap of 0.5.</summary>
    public double AveragePrecision50 => Precision(threshold: 0.5);

    /// <summary>AP75: mean precision at an overlap of 0.75.</summary>
    public double AveragePrecision75 => Precision(threshold: 0.75);

    /// <summary>
    /// The twelve numbers of COCO in their order: AP, AP50, AP75, AP of small, medium and large objects, AR with the fewest, the
    /// middle and the most detections (1, 10, 100), AR of small, medium and large objects.
    /// </summary>
    public IReadOnlyList<double> Numbers =>
        [
            Precision(),
            Precision(threshold: 0.5),
            Precision(threshold: 0.75),
            Precision("small"),
            Precision("medium"),
            Precision("large"),
            Recall(mostDetections: Options.MaxDetections[0]),
            Recall(mostDetections: Options.MaxDetections[Math.Min(1, Options.MaxDetections.Count - 1)]),
            Recall(),
            Recall("small"),
            Recall("medium"),
            Recall("large"),
        ];

    /// <summary>The names of <see cref="Numbers"/>.</summary>
    public static IReadOnlyList<string> NumberNames { get; } =
    ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];

    /// <summary>Mean of the precision over recall points, and over thresholds and categories unless one is named.</summary>
    /// <param name="area">Name of an area range.</param>
    /// <param name="threshold">One of the thresholds; null for all.</param>
    /// <param name="categoryId">One of the categories; null for all.</param>
    /// <param name="mostDetections">One of the limits; null for the largest.</param>
    public double Precision(string area = "all", double? threshold = null, long? categoryId = null, int? mostDetections = null) =>
        Mean(
            Cells(area, threshold, categoryId, mostDetections)
                .SelectMany(cell => Enumerable.Range(0, Options.RecallPoints.Count).Select(r => _precision[PrecisionAt(cell, r)]))
        );

    /// <summary>Mean of the largest recall over thresholds and categories unless one is named.</summary>
    /// <inheritdoc cref="Precision"/>
    public double Recall(string area = "all", double? threshold = null, long? categoryId = null, int? mostDetections = null) =>
        Mean(Cells(area, threshold, categoryId, mostDetections).Select(cell => _recall[RecallAt(cell)]));

    /// <summary>The precision at each recall point; all -1 when the category has no object.</summary>
    /// <inheritdoc cref="Precision"/>
    public IReadOnlyList<double> PrecisionCurve(
        long categoryId,
        double threshold,
        string area = "all",
        int? mostDetections = null
    )
    {
        (int T, int K, int A, int M) cell = Cells(area, threshold, categoryId, mostDetections).Single();
        return [.. Enumerable.Range(0, Options.RecallPoints.Count).Select(r => _precision[PrecisionAt(cell, r)])];
    }

    internal void SetRecall((int T, int K, int A, int M) cell, double value) => _recall[RecallAt(cell)] = value;

    internal void SetPrecision((int T, int K, int A, int M) cell, int recallPoint, double value) =>
        _precision[PrecisionAt(cell, recallPoint)] = value;

    private int RecallAt((int T, int K, int A, int M) cell) =>
        (((((cell.T * Categories.Count) + cell.K) * Options.AreaRanges.Count) + cell.A) * Options.MaxDetections.Count) + cell.M;

    private int PrecisionAt((int T, int K, int A, int M) cell, int recallPoint) =>
        (RecallAt(cell) * Options.RecallPoints.Count) + recallPoint;

    private IEnumerable<(int T, int K, int A, int M)> Cells(string area, double? threshold, long? categoryId, int? mostDetections)
    {
        int a = Options
            .AreaRanges.Index()
            .Where(entry => entry.Item.Name == area)
            .Select(entry => entry.Index)
            .DefaultIfEmpty(-1)
            .First();
        int m = mostDetections is { } most
            ? Options
                .MaxDetections.Index()
                .Where(entry => entry.Item == most)
                .Select(entry => entry.Index)
                .DefaultIfEmpty(-1)
                .First()
            : Options.MaxDetections.Count - 1;
        return a < 0 || m < 0
            ? []
            : from t in Options
                .IouThresholds.Index()
                .Where(entry => threshold is null || entry.Item == threshold)
                .Select(entry => entry.Index)
              from k in Categories
                  .Index()
                  .Where(entry => categoryId is null || entry.Item.Id == categoryId)
                  .Select(entry => entry.Index)
              select (t, k, a, m);
    }

    private static double Mean(IEnumerable<double> values)
    {
        (double sum, int count) = (0, 0);
        foreach (double value in values)
        {
            (sum, count) = value > -1 ? (sum + value, count + 1) : (sum, count);
        }

        return count == 0 ? -1 : sum / count;
    }
}
