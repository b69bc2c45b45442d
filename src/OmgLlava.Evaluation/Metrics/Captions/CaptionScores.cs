namespace OmgLlava.Evaluation.Metrics;

/// <summary>What a caption, or a set of them, scored.</summary>
/// <param name="Bleu">BLEU-1 to BLEU-4, 0 to 1.</param>
/// <param name="RougeL">ROUGE-L, 0 to 1.</param>
/// <param name="Cider">CIDEr-D, 0 to 10.</param>
/// <param name="Meteor">METEOR, 0 to 1; null when it was not asked for.</param>
public sealed record CaptionScores(IReadOnlyList<double> Bleu, double RougeL, double Cider, double? Meteor);
