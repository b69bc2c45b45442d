namespace OmgLlava.Evaluation.Metrics;

/// <summary>A picture's caption by people, with its phrases and their masks.</summary>
/// <param name="ImageId">Id of the picture.</param>
/// <param name="Captions">The caption, or several.</param>
/// <param name="Labels">The phrases.</param>
/// <param name="Masks">The masks, with their areas and ids.</param>
public sealed record GroundedCaptionTruth(
    long ImageId,
    IReadOnlyList<string> Captions,
    IReadOnlyList<string> Labels,
    IReadOnlyList<ObjectTruth> Masks
);
