namespace OmgLlava.Evaluation.Metrics;

/// <summary>A picture cut into segments that do not overlap.</summary>
/// <param name="Map">The id of the segment that each pixel belongs to, 0 for none; row-major.</param>
/// <param name="Segments">The segments.</param>
public sealed record PanopticPicture(uint[] Map, IReadOnlyList<MeasuredSegment> Segments);
