namespace OmgLlava.Perception;

/// <summary>Thresholds of the plain segmentation results; the defaults are those of the published configuration. A model's own
/// are in its configuration (<see cref="OmgLlavaModel.Segmentation"/>): one that was trained little is seldom sure.</summary>
public sealed record SegmentationOptions
{
    /// <summary>Panoptic: the least class probability of a query, in 0..1.</summary>
    public float ObjectThreshold { get; init; } = 0.8f;

    /// <summary>Panoptic: the least share of a query's mask, in 0..1, that must be left after overlaps are settled.</summary>
    public float OverlapThreshold { get; init; } = 0.8f;

    /// <summary>Panoptic: drop pixels whose probability in their own mask is below one half.</summary>
    public bool DropUncertainPixels { get; init; } = true;

    /// <summary>Of queries with nearly the same mask only the most probable one counts, so that a thing which was found twice
    /// does not compete with itself. As published, all count.</summary>
    public bool Distinct { get; init; }

    /// <summary>Instances: the most that are returned.</summary>
    public int MaxInstances { get; init; } = 100;

    /// <summary>Instances: the least score, in 0..1, that is returned.</summary>
    public float InstanceThreshold { get; init; }

    /// <summary>What does not fit; null for nothing.</summary>
    internal string? Fault() =>
        !IsShare(ObjectThreshold) || !IsShare(OverlapThreshold) || !IsShare(InstanceThreshold)
            ? "the thresholds of segmentation must be in 0..1"
            : MaxInstances < 1
                ? $"max_instances ({MaxInstances}) must be positive"
                : null;

    private static bool IsShare(float value) => value is >= 0 and <= 1;
}
