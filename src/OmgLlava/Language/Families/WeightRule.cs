namespace OmgLlava.Language;

/// <summary>What one tensor of ours is made of: published tensors below one another, of which some rows are taken in some
/// order.</summary>
/// <param name="Ours">Our name.</param>
/// <param name="Published">The published names behind <c>model.</c>, or whole ones, each with the rows that it must have.</param>
/// <param name="Rows">The rows in our order, counted over all published tensors; null for all as they are.</param>
internal sealed record WeightRule(
    string Ours,
    IReadOnlyList<(string Name, int Rows)> Published,
    IReadOnlyList<RowRange>? Rows = null
);
