namespace OmgLlava.Evaluation.Metrics;

/// <summary>What a picture's masks scored.</summary>
/// <param name="ImageId">Id of the picture.</param>
/// <param name="MeanIou">Mean overlap of the pairs of masks; 0 when there is no pair.</param>
/// <param name="Matches">The recalled masks: index in the ground truth and in the prediction, in the order of choice.</param>
/// <param name="Uncounted">
/// Why the picture could not be matched, so that nothing of it counts as recalled: a mask without a phrase was about to be
/// chosen. Null as a rule.
/// </param>
public sealed record GroundedCaptionScores(
    long ImageId,
    double MeanIou,
    IReadOnlyList<(int Truth, int Prediction)> Matches,
    string? Uncounted = null
);
