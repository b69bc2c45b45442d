namespace OmgLlava.Evaluation.Metrics;

/// <summary>The scores of a set of captions.</summary>
/// <param name="Overall">Of the set: BLEU and METEOR from pooled counts, ROUGE-L and CIDEr as means.</param>
/// <param name="Samples">Of each caption, in their order.</param>
/// <param name="MeteorDescription">Which stages METEOR used; null when it was not asked for.</param>
public sealed record CaptionResult(CaptionScores Overall, IReadOnlyList<CaptionScores> Samples, string? MeteorDescription);
