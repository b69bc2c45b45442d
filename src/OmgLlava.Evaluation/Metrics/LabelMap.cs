namespace OmgLlava.Evaluation.Metrics;

/// <summary>A picture of numbers.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Ids">The number of each pixel, row-major.</param>
public sealed record LabelMap(int Width, int Height, uint[] Ids);
