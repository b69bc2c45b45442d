namespace OmgLlava.Evaluation.Metrics;

/// <summary>Ways to find that words mean the same, in METEOR's order.</summary>
public enum MeteorStage
{
    /// <summary>The same word.</summary>
    Exact,

    /// <summary>The same stem.</summary>
    Stem,

    /// <summary>A meaning in common.</summary>
    Synonym,

    /// <summary>A pair of phrases of a table.</summary>
    Paraphrase,
}
