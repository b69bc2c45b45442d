namespace OmgLlava.Evaluation.Metrics;

/// <summary>The scores of grounded captions.</summary>
/// <param name="Captions">Of the texts; null when they were not scored.</param>
/// <param name="Masks">Of the masks as detections; its AP50 is the paper's.</param>
/// <param name="MeanIou">mIoU: mean over pictures of the mean overlap of their pairs.</param>
/// <param name="RecalledLabels">Phrases found with mask and meaning.</param>
/// <param name="Labels">Phrases to be found.</param>
/// <param name="Pictures">Of each picture.</param>
/// <param name="Similarity">How phrases were compared.</param>
public sealed record GroundedCaptionResult(
    CaptionResult? Captions,
    CocoEvaluationResult Masks,
    double MeanIou,
    int RecalledLabels,
    int Labels,
    IReadOnlyList<GroundedCaptionScores> Pictures,
    string Similarity
)
{
    /// <summary>AP50 of the masks.</summary>
    public double AveragePrecision50 => Masks.AveragePrecision50;

    /// <summary>Mask recall: found phrases over all.</summary>
    public double Recall => Labels == 0 ? 0 : (double)RecalledLabels / Labels;
}
