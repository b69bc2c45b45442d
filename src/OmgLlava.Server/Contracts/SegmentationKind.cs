namespace OmgLlava.Server.Contracts;

/// <summary>Which segmentation of the whole picture.</summary>
public enum SegmentationKind
{
    /// <summary>Every pixel belongs to at most one segment.</summary>
    Panoptic,

    /// <summary>Things with scores; their masks may overlap.</summary>
    Instance,
}
