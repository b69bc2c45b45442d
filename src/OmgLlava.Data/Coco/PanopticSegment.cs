namespace OmgLlava.Data.Coco;

/// <summary>A segment of a panoptic annotation.</summary>
/// <param name="Id">The value of its pixels.</param>
/// <param name="CategoryId">Its category.</param>
/// <param name="IsCrowd">Whether it stands for a group that was not taken apart.</param>
public sealed record PanopticSegment(int Id, int CategoryId, bool IsCrowd);
