using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>A picture's predicted caption, with its phrases and their masks.</summary>
/// <param name="ImageId">Id of the picture.</param>
/// <param name="Caption">The caption.</param>
/// <param name="Phrases">The phrases.</param>
/// <param name="Masks">The masks in the order of the phrases; there may be more, or fewer.</param>
public sealed record GroundedCaptionPrediction(
    long ImageId,
    string Caption,
    IReadOnlyList<string> Phrases,
    IReadOnlyList<CocoRle> Masks
);
