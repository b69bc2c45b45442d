using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava;

/// <summary>Makes a segment of the user's picture from mask logits.</summary>
internal static class SegmentReader
{
    /// <param name="logits">(1, h, w).</param>
    /// <param name="geometry">Where the picture lies in the model's input.</param>
    /// <param name="phrase">The phrase that the mask belongs to.</param>
    public static Segment Read(Tensor logits, ImageGeometry geometry, (string Text, int Start, int End) phrase)
    {
        (MaskRuns runs, double certainty) = new MaskEnlarger(logits.Shape[1], logits.Shape[2], geometry).Read(
            logits.Span.ToArray()
        );
        return runs.Bounds.IsEmpty
            ? new Segment(phrase.Text, phrase.Start, phrase.End, null, 0)
            : new Segment(phrase.Text, phrase.Start, phrase.End, new Mask(runs), (float)certainty);
    }
}
