namespace OmgLlava.Evaluation.Metrics;

/// <summary>Where a user would click next.</summary>
/// <param name="X">Column of the pixel.</param>
/// <param name="Y">Row of the pixel.</param>
/// <param name="IsPositive">Whether the pixel belongs to the object; else it is to be taken away.</param>
public readonly record struct SimulatedClick(int X, int Y, bool IsPositive);
