namespace OmgLlava.Evaluation.Metrics;

/// <summary>Panoptic quality of a folder of predictions. Pictures are compared in parallel; the result does not depend on
/// it.</summary>
public static class PanopticEvaluator
{
    /// <summary>Evaluates every picture of the ground truth.</summary>
    /// <param name="truth">The ground truth.</param>
    /// <param name="predictions">The predictions.</param>
    /// <param name="progress">Told the number of pictures done.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="OmgLlavaException">A picture has no prediction, or one does not fit; the sentences are
    /// panopticapi's.</exception>
    public static PanopticResult Evaluate(
        PanopticSet truth,
        PanopticSet predictions,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        HashSet<long> categories = [.. truth.Categories.Select(category => category.Id)];
        Dictionary<long, PanopticEntry> given = [];
        foreach (PanopticEntry entry in predictions.Pictures)
        {
            given[entry.ImageId] = entry;
        }

        foreach (PanopticEntry entry in truth.Pictures)
        {
            if (!given.ContainsKey(entry.ImageId))
            {
                throw new OmgLlavaException($"no prediction for the image with id: {entry.ImageId}");
            }
        }

        int done = 0;
        var counts = new IReadOnlyDictionary<long, PanopticCounts>[truth.Pictures.Count];
        ParallelWork.For(
            counts.Length,
            i =>
            {
                PanopticEntry entry = truth.Pictures[i];
                counts[i] = PanopticQuality.Compare(
                    entry.ImageId,
                    truth.Read(entry),
                    predictions.Read(given[entry.ImageId]),
                    categories
                );
                progress?.Report(Interlocked.Increment(ref done));
            },
            cancellation
        );
        return PanopticQuality.Sum(truth.Categories, counts);
    }
}
