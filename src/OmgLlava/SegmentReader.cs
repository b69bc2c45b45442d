using OmgLlava.Imaging;
using OmgLlava.Layers;
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
        Tensor probability = MaskEnlarger.Enlarge(logits, geometry).sigmoid(); // (H, W)
        Tensor inside = probability.Gt(0.5);
        bool[] pixels = [.. inside.contiguous().cpu().data<bool>()];
        long area = inside.sum().item<long>();
        return area == 0
            ? new Segment(phrase.Text, phrase.Start, phrase.End, null, 0)
            : new Segment(
                phrase.Text, phrase.Start, phrase.End, new Mask(geometry.Width, geometry.Height, pixels),
                (float)(probability.mul(inside).sum().item<float>() / area));
    }
}
