namespace OmgLlava.Evaluation.Metrics;

/// <summary>A segment of a panoptic picture.</summary>
/// <param name="Id">The value of its pixels in the map; 0 is void and no segment.</param>
/// <param name="CategoryId">Id of its category.</param>
/// <param name="Area">Its pixels, as the file states them; needed of the ground truth, those of predictions are counted.</param>
/// <param name="IsCrowd">Whether it is a crowd, which nobody has to find.</param>
public sealed record MeasuredSegment(long Id, long CategoryId, long Area = 0, bool IsCrowd = false);
