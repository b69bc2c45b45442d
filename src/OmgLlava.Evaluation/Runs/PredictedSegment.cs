using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Runs;

/// <summary>A mask that the model gave.</summary>
/// <param name="Phrase">Its phrase, or the name of its class.</param>
/// <param name="Score">Its score, 0..1.</param>
/// <param name="Mask">Its pixels at the size of the picture; null when nothing was found.</param>
public sealed record PredictedSegment(string Phrase, double Score, CocoRle? Mask);
