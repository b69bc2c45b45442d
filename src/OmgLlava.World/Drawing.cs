namespace OmgLlava.World;

/// <summary>One picture of one category in an art pack.</summary>
/// <param name="Pack">Name of the pack.</param>
/// <param name="File">Its file, inside the pack's folder.</param>
/// <param name="Category">What it shows.</param>
public sealed record Drawing(string Pack, string File, ThingCategory Category);
