namespace OmgLlava.Perception;

/// <summary>Thresholds of the plain segmentation results; the defaults are those of the published configuration.</summary>
public sealed record SegmentationOptions
{
    /// <summary>Panoptic: the least class probability of a query, in 0..1.</summary>
    public float ObjectThreshold { get; init; } = 0.8f;

    /// <summary>Panoptic: the least share of a query's mask, in 0..1, that must be left after overlaps are settled.</summary>
    public float OverlapThreshold { get; init; } = 0.8f;

    /// <summary>Panoptic: drop pixels whose probability in their own mask is below one half.</summary>
    public bool DropUncertainPixels { get; init; } = true;

    /// <summary>Instances: the most that are returned.</summary>
    public int MaxInstances { get; init; } = 100;

    /// <summary>Instances: the least score, in 0..1, that is returned.</summary>
    public float InstanceThreshold { get; init; }
}
