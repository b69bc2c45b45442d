namespace OmgLlava.Perception;

/// <summary>Which object queries reach the language model as tokens, and in which order. The defaults are the published
/// model's.</summary>
internal sealed record ObjectTokensConfig
{
    /// <summary>
    /// Pixels of the input to a side of the cells of which an object must own one; null for the cells of the perception prior, as
    /// published. Their number follows from the input, so a small input needs finer ones to keep its small objects.
    /// </summary>
    public int? CellStride { get; init; }

    /// <summary>
    /// Whether of queries with nearly the same mask only the most probable one counts. In the published model each that owns a
    /// cell does, so that a thing may be there twice, which matters to what counts and lists.
    /// </summary>
    public bool Distinct { get; init; }

    /// <summary>
    /// Whether tokens come from left to right, by the middles of their masks, instead of in the order of the queries, which says
    /// nothing: a language model that reads in one direction can count what came before, and go on to what comes next.
    /// </summary>
    public bool Sorted { get; init; }
}
