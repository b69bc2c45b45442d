namespace OmgLlava.Evaluation.Metrics;

/// <summary>A picture of a panoptic file.</summary>
/// <param name="ImageId">Its id.</param>
/// <param name="FileName">Name of its map in the folder.</param>
/// <param name="Segments">Its segments.</param>
public sealed record PanopticEntry(long ImageId, string FileName, IReadOnlyList<MeasuredSegment> Segments);
