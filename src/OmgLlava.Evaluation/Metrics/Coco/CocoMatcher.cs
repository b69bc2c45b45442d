namespace OmgLlava.Evaluation.Metrics;

/// <summary>Matches the detections of one picture and category with its objects, as <c>COCOeval.evaluateImg</c> does.</summary>
internal static class CocoMatcher
{
    /// <param name="truth">The objects, in the order of the file.</param>
    /// <param name="detections">The detections, in the order of the file.</param>
    /// <param name="options">Thresholds, area ranges and most detections.</param>
    public static CocoMatches Match(
        IReadOnlyList<ObjectTruth> truth,
        IReadOnlyList<CocoDetection> detections,
        CocoEvaluationOptions options
    )
    {
        CocoDetection[] best = [.. detections.OrderByDescending(detection => detection.Score).Take(options.MaxDetections[^1])];
        double[] overlaps = Overlaps(best, truth, options.MatchOn);
        var areas = new CocoMatches.Area[options.AreaRanges.Count];
        for (int a = 0; a < areas.Length; a++)
        {
            areas[a] = MatchInRange(truth, best, overlaps, options.AreaRanges[a], options.IouThresholds);
        }

        return new CocoMatches([.. best.Select(detection => detection.Score)], areas);
    }

    /// <summary>(detections, objects) overlaps.</summary>
    private static double[] Overlaps(CocoDetection[] detections, IReadOnlyList<ObjectTruth> truth, CocoMatchOn matchOn)
    {
        double[] overlaps = new double[detections.Length * truth.Count];
        CocoBox[] boxes =
            matchOn == CocoMatchOn.Masks ? [.. truth.Select(annotation => RleMath.BoundingBox(MaskOf(annotation)))] : [];
        for (int d = 0, at = 0; d < detections.Length && truth.Count > 0; d++)
        {
            CocoBox own = matchOn == CocoMatchOn.Masks ? RleMath.BoundingBox(MaskOf(detections[d])) : detections[d].Box;
            for (int g = 0; g < truth.Count; g++, at++)
            {
                overlaps[at] =
                    matchOn == CocoMatchOn.Masks
                        ? RleMath.IntersectionOverUnion(detections[d].Mask!, own, truth[g].Mask!, boxes[g], truth[g].IsCrowd)
                        : own.IntersectionOverUnion(truth[g].Box, truth[g].IsCrowd);
            }
        }

        return overlaps;
    }

    private static CocoMatches.Area MatchInRange(
        IReadOnlyList<ObjectTruth> truth,
        CocoDetection[] detections,
        double[] overlaps,
        CocoAreaRange range,
        IReadOnlyList<double> thresholds
    )
    {
        (int objects, int found) = (truth.Count, detections.Length);
        bool[] outside = [.. truth.Select(annotation => annotation.IsCrowd || range.Excludes(annotation.Area))];
        int[] order = [.. Enumerable.Range(0, objects).OrderBy(g => outside[g])]; // those that count first
        var outcomes = new CocoOutcome[thresholds.Count * found];
        bool[] taken = new bool[objects];
        for (int t = 0; t < thresholds.Count; t++)
        {
            Array.Clear(taken);
            for (int d = 0; d < found; d++)
            {
                int match = BestMatch(
                    truth,
                    overlaps.AsSpan(d * objects, objects),
                    order,
                    outside,
                    taken,
                    Math.Min(thresholds[t], 1 - 1e-10)
                );
                if (match >= 0)
                {
                    taken[match] = true;
                }

                // pycocotools keeps the id of the match and takes 0 for "none".
                bool matched = match >= 0 && truth[match].Id != 0;
                bool ignored = (match >= 0 && outside[match]) || (!matched && range.Excludes(detections[d].Area));
                outcomes[(t * found) + d] =
                    ignored ? CocoOutcome.Ignored
                    : matched ? CocoOutcome.Right
                    : CocoOutcome.Wrong;
            }
        }

        return new CocoMatches.Area(outcomes, outside.Count(o => !o));
    }

    private static int BestMatch(
        IReadOnlyList<ObjectTruth> truth,
        ReadOnlySpan<double> overlaps,
        int[] order,
        bool[] outside,
        bool[] taken,
        double least
    )
    {
        int match = -1;
        foreach (int g in order)
        {
            if (taken[g] && !truth[g].IsCrowd)
            {
                continue;
            }

            if (match >= 0 && !outside[match] && outside[g])
            {
                break; // an object that counts is preferred to one that does not
            }

            if (overlaps[g] >= least)
            {
                (match, least) = (g, overlaps[g]);
            }
        }

        return match;
    }

    private static Imaging.CocoRle MaskOf(ObjectTruth annotation) =>
        annotation.Mask
        ?? throw new OmgLlavaException($"The annotation {annotation.Id} has no mask; evaluate boxes, or read the masks.");

    private static Imaging.CocoRle MaskOf(CocoDetection detection) =>
        detection.Mask
        ?? throw new OmgLlavaException(
            $"A detection in image {detection.ImageId} has no mask; evaluate boxes, or read the masks."
        );
}
