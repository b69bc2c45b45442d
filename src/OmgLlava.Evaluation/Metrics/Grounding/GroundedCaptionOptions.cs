namespace OmgLlava.Evaluation.Metrics;

/// <summary>How grounded captions are evaluated; the thresholds are those of GLaMM and OMG-LLaVA.</summary>
public sealed record GroundedCaptionOptions
{
    /// <summary>Overlap that a recalled mask needs.</summary>
    public double IouThreshold { get; init; } = 0.5;

    /// <summary>Similarity that the phrase of a recalled mask needs.</summary>
    public double TextThreshold { get; init; } = 0.5;

    /// <summary>How phrases are compared; the published scripts use BERT, the default does not.</summary>
    public ITextSimilarity Similarity { get; init; } = new TrigramSimilarity();

    /// <summary>Computes METEOR; null to leave it out.</summary>
    public MeteorScorer? Meteor { get; init; }

    /// <summary>Whether to score the captions, which needs them to be there.</summary>
    public bool ScoreCaptions { get; init; } = true;
}
