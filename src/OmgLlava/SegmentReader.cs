using OmgLlava.Imaging;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>Makes a segment of the user's picture from mask logits.</summary>
internal static class SegmentReader
{
    /// <param name="logits">(h, w).</param>
    /// <param name="geometry">Where the picture lies in the model's input.</param>
    /// <param name="phrase">The phrase that the mask belongs to.</param>
    public static Segment Read(Tensor logits, ImageGeometry geometry, (string Text, int Start, int End) phrase)
    {
        using var scope = NewDisposeScope();
        float[] values = [.. logits.to(float32).contiguous().cpu().data<float>()];
        (MaskRuns runs, double certainty) = new MaskEnlarger((int)logits.shape[0], (int)logits.shape[1], geometry).Read(values);
        return runs.Bounds.IsEmpty
            ? new Segment(phrase.Text, phrase.Start, phrase.End, null, 0)
            : new Segment(phrase.Text, phrase.Start, phrase.End, new Mask(runs), (float)certainty);
    }
}
