using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Runs;

/// <summary>What would be right, for people to look at.</summary>
/// <param name="Text">Words.</param>
/// <param name="Masks">Masks with a few words each.</param>
public sealed record Expectation(string Text, IReadOnlyList<(string Label, Mask Mask)> Masks);
