namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Average precision and recall of detections, equal to <c>COCOeval</c> of pycocotools, its orders of equal scores and its
/// denominators included. Pictures and categories are matched in parallel; the result does not depend on it.
/// </summary>
public static class CocoEvaluator
{
    private const double Epsilon = 2.220446049250313e-16; // numpy's spacing(1)

    /// <summary>Evaluates detections.</summary>
    /// <param name="truth">The ground truth.</param>
    /// <param name="detections">The detections; those of other pictures or categories are left out.</param>
    /// <param name="options">Null for COCO's.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="OmgLlavaException">Masks are to be matched, and one is missing.</exception>
    public static CocoEvaluationResult Evaluate(
        CocoGroundTruth truth,
        IReadOnlyList<CocoDetection> detections,
        CocoEvaluationOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new CocoEvaluationOptions();
        long[] images = [.. (options.ImageIds ?? truth.ImageIds).Distinct().Order()];
        MeasuredClass[] categories = Categories(truth, options);
        CocoMatches?[][] matches = MatchAll(truth, detections, options, images, categories, cancellation);

        var result = new CocoEvaluationResult(options, options.ClassAgnostic ? [new MeasuredClass(-1, "all")] : categories);
        ParallelWork.For(matches.Length, k => Accumulate(result, k, matches[k]), cancellation);
        return result;
    }

    private static MeasuredClass[] Categories(CocoGroundTruth truth, CocoEvaluationOptions options)
    {
        Dictionary<long, MeasuredClass> known = [];
        foreach (MeasuredClass category in truth.Categories)
        {
            known[category.Id] = category;
        }

        return
        [
            .. (options.CategoryIds ?? [.. known.Keys])
                .Distinct()
                .Order()
                .Select(id => known.GetValueOrDefault(id) ?? new MeasuredClass(id, $"category {id}")),
        ];
    }

    /// <summary>(categories, images) matches; null where there is neither an object nor a detection.</summary>
    private static CocoMatches?[][] MatchAll(
        CocoGroundTruth truth,
        IReadOnlyList<CocoDetection> detections,
        CocoEvaluationOptions options,
        long[] images,
        MeasuredClass[] categories,
        CancellationToken cancellation
    )
    {
        Dictionary<long, int> imageAt = Positions(images);
        Dictionary<long, int> categoryAt = Positions([.. categories.Select(category => category.Id)]);
        int classes = options.ClassAgnostic ? 1 : categories.Length;
        ILookup<int, ObjectTruth> truths = Group(truth.Annotations, item => (item.ImageId, item.CategoryId));
        ILookup<int, CocoDetection> found = Group(detections, item => (item.ImageId, item.CategoryId));
        CocoMatches?[][] matches = [.. Enumerable.Range(0, classes).Select(_ => new CocoMatches?[images.Length])];
        int[] cells = [.. truths.Select(group => group.Key).Union(found.Select(group => group.Key))];
        ParallelWork.For(
            cells.Length,
            i =>
            {
                int cell = cells[i];
                matches[cell % classes][cell / classes] = CocoMatcher.Match([.. truths[cell]], [.. found[cell]], options);
            },
            cancellation
        );
        return matches;

        ILookup<int, T> Group<T>(IEnumerable<T> items, Func<T, (long Image, long Category)> ids)
        {
            IEnumerable<(T Item, int Image, int Category)> placed = items
                .Select(item => (Item: item, Ids: ids(item)))
                .Where(entry => imageAt.ContainsKey(entry.Ids.Image) && categoryAt.ContainsKey(entry.Ids.Category))
                .Select(entry => (entry.Item, imageAt[entry.Ids.Image], categoryAt[entry.Ids.Category]));

            // Without categories, pycocotools lists a picture's objects category by category.
            return options.ClassAgnostic
                ? placed.OrderBy(entry => entry.Category).ToLookup(entry => entry.Image, entry => entry.Item)
                : placed.ToLookup(entry => (entry.Image * classes) + entry.Category, entry => entry.Item);
        }
    }

    private static Dictionary<long, int> Positions(long[] ids) =>
        ids.Index().ToDictionary(entry => entry.Item, entry => entry.Index);

    /// <summary>Joins the pictures of one category (<c>COCOeval.accumulate</c>).</summary>
    private static void Accumulate(CocoEvaluationResult result, int category, CocoMatches?[] images)
    {
        CocoMatches[] present = [.. images.OfType<CocoMatches>()];
        if (present.Length == 0)
        {
            return;
        }

        CocoEvaluationOptions options = result.Options;
        for (int m = 0; m < options.MaxDetections.Count; m++)
        {
            int most = options.MaxDetections[m];
            (int Image, int Detection)[] order =
            [
                .. present
                    .Index()
                    .SelectMany(image =>
                        Enumerable.Range(0, Math.Min(most, image.Item.Scores.Length)).Select(d => (image.Index, d))
                    )
                    .OrderByDescending(at => present[at.Index].Scores[at.d]),
            ];
            for (int a = 0; a < options.AreaRanges.Count; a++)
            {
                int objects = present.Sum(image => image.Areas[a].Objects);
                for (int t = 0; objects > 0 && t < options.IouThresholds.Count; t++)
                {
                    Curve(result, (t, category, a, m), present, order, objects);
                }
            }
        }
    }

    private static void Curve(
        CocoEvaluationResult result,
        (int T, int K, int A, int M) at,
        CocoMatches[] images,
        (int Image, int Detection)[] order,
        int objects
    )
    {
        double[] recalls = new double[order.Length];
        double[] precisions = new double[order.Length];
        (double right, double wrong) = (0, 0);
        for (int i = 0; i < order.Length; i++)
        {
            CocoMatches image = images[order[i].Image];
            CocoOutcome outcome = image.Areas[at.A].Outcomes[(at.T * image.Scores.Length) + order[i].Detection];
            right += outcome == CocoOutcome.Right ? 1 : 0;
            wrong += outcome == CocoOutcome.Wrong ? 1 : 0;
            (recalls[i], precisions[i]) = (right / objects, right / (wrong + right + Epsilon));
        }

        for (int i = order.Length - 1; i > 0; i--)
        {
            precisions[i - 1] = Math.Max(precisions[i - 1], precisions[i]);
        }

        result.SetRecall(at, order.Length == 0 ? 0 : recalls[^1]);
        IReadOnlyList<double> points = result.Options.RecallPoints;
        for (int r = 0, i = 0; r < points.Count; r++)
        {
            while (i < recalls.Length && recalls[i] < points[r])
            {
                i++;
            }

            result.SetPrecision(at, r, i < recalls.Length ? precisions[i] : 0);
        }
    }
}
