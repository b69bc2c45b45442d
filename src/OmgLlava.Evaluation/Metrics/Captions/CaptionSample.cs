namespace OmgLlava.Evaluation.Metrics;

/// <summary>A caption of a picture, or of a region of one, with captions by people.</summary>
/// <param name="Candidate">The caption to be judged.</param>
/// <param name="References">Captions by people; at least one.</param>
public sealed record CaptionSample(string Candidate, IReadOnlyList<string> References);
