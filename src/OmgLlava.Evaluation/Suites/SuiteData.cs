namespace OmgLlava.Evaluation.Suites;

/// <summary>Where a suite finds its data.</summary>
/// <param name="Folder">The data set's folder.</param>
/// <param name="Split">The part of it; null for the usual one.</param>
/// <param name="Images">Folder of the pictures; null for the one of the layout.</param>
public sealed record SuiteData(string Folder, string? Split = null, string? Images = null);
