using System.Runtime.InteropServices;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Panoptic quality (Kirillov et al. 2019), equal to panopticapi's <c>pq_compute</c>. A predicted segment matches one of the
/// ground truth of its class when their intersection over union, taken without void pixels, is over one half.
/// </summary>
public static class PanopticQuality
{
    /// <summary>Compares a prediction with the ground truth of its picture.</summary>
    /// <param name="imageId">What to call the picture in messages.</param>
    /// <param name="truth">The ground truth, its segments with areas.</param>
    /// <param name="prediction">The prediction, of the same size.</param>
    /// <param name="categoryIds">The classes there are.</param>
    /// <returns>The matches of each class that occurs.</returns>
    /// <exception cref="OmgLlavaException">The prediction's map and list of segments do not fit, or the sizes differ.</exception>
    public static IReadOnlyDictionary<long, PanopticCounts> Compare(
        long imageId,
        PanopticPicture truth,
        PanopticPicture prediction,
        IReadOnlySet<long> categoryIds
    )
    {
        if (truth.Map.Length != prediction.Map.Length)
        {
            throw new OmgLlavaException(
                $"In the image with ID {imageId} the ground truth has {truth.Map.Length} pixels, but the prediction "
                    + $"{prediction.Map.Length}."
            );
        }

        Dictionary<(long Truth, long Prediction), long> overlaps = Overlaps(truth.Map, prediction.Map);
        Dictionary<long, MeasuredSegment> truths = ById(truth.Segments);
        Dictionary<long, MeasuredSegment> predictions = ById(prediction.Segments);
        Dictionary<long, long> areas = PredictedAreas(imageId, overlaps, predictions, categoryIds);
        Dictionary<long, PanopticCounts> counts = [];

        HashSet<long> found = [];
        HashSet<long> right = [];
        foreach (((long truthId, long predictionId), long both) in overlaps.OrderBy(entry => entry.Key))
        {
            if (
                !truths.TryGetValue(truthId, out MeasuredSegment? expected)
                || !predictions.TryGetValue(predictionId, out MeasuredSegment? given)
                || expected.IsCrowd
                || expected.CategoryId != given.CategoryId
            )
            {
                continue;
            }

            long union = areas[predictionId] + expected.Area - both - overlaps.GetValueOrDefault((0, predictionId));
            double iou = (double)both / union;
            if (iou > 0.5)
            {
                Count(expected.CategoryId, new PanopticCounts(1, 0, 0, iou));
                found.Add(truthId);
                right.Add(predictionId);
            }
        }

        Dictionary<long, long> crowds = []; // of several crowds of a class, panopticapi keeps the last one
        foreach (MeasuredSegment segment in truths.Values.Where(segment => !found.Contains(segment.Id)))
        {
            if (segment.IsCrowd)
            {
                crowds[segment.CategoryId] = segment.Id;
            }
            else
            {
                Count(segment.CategoryId, new PanopticCounts(0, 0, 1, 0));
            }
        }

        foreach (MeasuredSegment segment in predictions.Values.Where(segment => !right.Contains(segment.Id)))
        {
            long forgiven = overlaps.GetValueOrDefault((0, segment.Id));
            forgiven += crowds.TryGetValue(segment.CategoryId, out long crowd)
                ? overlaps.GetValueOrDefault((crowd, segment.Id))
                : 0;
            if (!((double)forgiven / areas[segment.Id] > 0.5))
            {
                Count(segment.CategoryId, new PanopticCounts(0, 1, 0, 0));
            }
        }

        return counts;

        void Count(long category, PanopticCounts more) => counts[category] = counts.GetValueOrDefault(category) + more;
    }

    /// <summary>Joins the counts of pictures; the last digits follow their order.</summary>
    public static PanopticResult Sum(
        IReadOnlyList<MeasuredClass> categories,
        IEnumerable<IReadOnlyDictionary<long, PanopticCounts>> pictures
    )
    {
        Dictionary<long, PanopticCounts> sum = [];
        foreach ((long category, PanopticCounts counts) in pictures.SelectMany(picture => picture))
        {
            sum[category] = sum.GetValueOrDefault(category) + counts;
        }

        return new PanopticResult(categories, sum);
    }

    /// <summary>How many pixels each pair of ids shares. Neighbouring pixels mostly belong together, so runs are counted, not
    /// pixels.</summary>
    private static Dictionary<(long Truth, long Prediction), long> Overlaps(uint[] truth, uint[] prediction)
    {
        Dictionary<ulong, long> pairs = [];
        int start = 0;
        for (int i = 1; i <= truth.Length; i++)
        {
            if (i == truth.Length || truth[i] != truth[start] || prediction[i] != prediction[start])
            {
                CollectionsMarshal.GetValueRefOrAddDefault(pairs, ((ulong)truth[start] << 32) | prediction[start], out _) +=
                    i - start;
                start = i;
            }
        }

        return pairs.ToDictionary(entry => ((long)(entry.Key >> 32), (long)(uint)entry.Key), entry => entry.Value);
    }

    private static Dictionary<long, MeasuredSegment> ById(IReadOnlyList<MeasuredSegment> segments)
    {
        Dictionary<long, MeasuredSegment> byId = new(segments.Count);
        foreach (MeasuredSegment segment in segments)
        {
            byId[segment.Id] = segment;
        }

        return byId;
    }

    /// <summary>Counts the pixels of the predicted segments, which must all be in the map and in the list; the sentences are
    /// panopticapi's.</summary>
    private static Dictionary<long, long> PredictedAreas(
        long imageId,
        Dictionary<(long Truth, long Prediction), long> overlaps,
        Dictionary<long, MeasuredSegment> segments,
        IReadOnlySet<long> categoryIds
    )
    {
        Dictionary<long, long> areas = [];
        foreach (
            (long id, long pixels) in overlaps
                .GroupBy(entry => entry.Key.Prediction, entry => entry.Value, (id, counts) => (id, counts.Sum()))
                .OrderBy(entry => entry.id)
        )
        {
            if (segments.TryGetValue(id, out MeasuredSegment? segment))
            {
                areas[id] = pixels;
                if (!categoryIds.Contains(segment.CategoryId))
                {
                    throw new OmgLlavaException(
                        $"In the image with ID {imageId} segment with ID {id} has unknown category_id {segment.CategoryId}."
                    );
                }
            }
            else if (id != 0)
            {
                throw new OmgLlavaException(
                    $"In the image with ID {imageId} segment with ID {id} is presented in PNG and not presented in JSON."
                );
            }
        }

        long[] missing = [.. segments.Keys.Where(id => !areas.ContainsKey(id))];
        return missing.Length == 0
            ? areas
            : throw new OmgLlavaException(
                $"In the image with ID {imageId} the following segment IDs [{string.Join(", ", missing)}] are presented in "
                    + $"JSON and not presented in PNG."
            );
    }
}
