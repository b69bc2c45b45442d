namespace OmgLlava.Perception;

/// <summary>How the perception prior is computed and joined with the image features.</summary>
internal enum PriorForm
{
    /// <summary>
    /// As the published code does: object probabilities use the smoothed score (0.5 s + 0.5), and the weighted queries are
    /// concatenated to the pixel features before the projector.
    /// </summary>
    Concatenation,

    /// <summary>
    /// As the paper's equation writes it: MS = softmax(M ⊙ S) over the queries, and T_pv = MS · Q + F, the queries brought to the
    /// width of the features by the projector's query projection.
    /// </summary>
    Addition,
}
