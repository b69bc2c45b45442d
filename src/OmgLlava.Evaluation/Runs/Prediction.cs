using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Runs;

/// <summary>What the model gave for one sample.</summary>
/// <param name="Answer">Its words, without markers; empty where none were asked for.</param>
/// <param name="Segments">Its masks, in their order.</param>
/// <param name="Complete">False when the answer reached the most tokens.</param>
public sealed record Prediction(string Answer, IReadOnlyList<PredictedSegment> Segments, bool Complete = true)
{
    /// <summary>Whether it has no pixel: the model says that nothing is meant.</summary>
    public bool IsRefusal => Segments.All(segment => segment.Mask is null || segment.Mask.Area == 0);

    /// <summary>The first mask, as the published evaluation takes it; without pixels where there is none.</summary>
    public Mask FirstMask(int width, int height) =>
        Segments.Count > 0 && Segments[0].Mask is { } mask
            ? Mask.FromRle(mask)
            : new Mask(width, height, new bool[width * height]);
}
