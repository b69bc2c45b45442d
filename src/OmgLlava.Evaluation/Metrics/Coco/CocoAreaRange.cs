namespace OmgLlava.Evaluation.Metrics;

/// <summary>Objects of a size; both ends belong to it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Least">Smallest area in pixels.</param>
/// <param name="Most">Largest area in pixels.</param>
public sealed record CocoAreaRange(string Name, double Least, double Most)
{
    /// <summary>COCO's ranges: all, small (to 32 x 32), medium (to 96 x 96), large.</summary>
    public static IReadOnlyList<CocoAreaRange> Published { get; } =
    [new("all", 0, 1e10), new("small", 0, 32 * 32), new("medium", 32 * 32, 96 * 96), new("large", 96 * 96, 1e10)];

    /// <summary>Whether an area is outside.</summary>
    internal bool Excludes(double area) => area < Least || area > Most;
}
