using System.Numerics;
using System.Runtime.InteropServices;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>What two masks of one picture have in common.</summary>
/// <param name="Intersection">Pixels in both.</param>
/// <param name="Union">Pixels in either.</param>
public readonly record struct MaskOverlap(long Intersection, long Union)
{
    /// <summary>Intersection over union; 0 when both masks are empty.</summary>
    public double IntersectionOverUnion => Union == 0 ? 0 : (double)Intersection / Union;

    /// <summary>Counts the pixels of two masks.</summary>
    /// <exception cref="ArgumentException">The masks have different sizes.</exception>
    public static MaskOverlap Of(Mask a, Mask b)
    {
        if (a.Width != b.Width || a.Height != b.Height)
        {
            throw new ArgumentException(
                $"The masks have different sizes: {a.Width} x {a.Height} and {b.Width} x {b.Height}.",
                nameof(b)
            );
        }

        // A bool is one byte of 0 or 1, so eight pixels are counted at a time.
        ReadOnlySpan<byte> left = MemoryMarshal.AsBytes(a.Pixels);
        ReadOnlySpan<byte> right = MemoryMarshal.AsBytes(b.Pixels);
        ReadOnlySpan<ulong> leftWords = MemoryMarshal.Cast<byte, ulong>(left);
        ReadOnlySpan<ulong> rightWords = MemoryMarshal.Cast<byte, ulong>(right);
        long both = 0;
        long either = 0;
        for (int i = 0; i < leftWords.Length; i++)
        {
            both += BitOperations.PopCount(leftWords[i] & rightWords[i]);
            either += BitOperations.PopCount(leftWords[i] | rightWords[i]);
        }

        for (int i = leftWords.Length * sizeof(ulong); i < left.Length; i++)
        {
            both += left[i] & right[i];
            either += left[i] | right[i];
        }

        return new MaskOverlap(both, either);
    }

    /// <summary>Counts the pixels of two run-length encodings.</summary>
    /// <exception cref="ArgumentException">The masks have different sizes.</exception>
    public static MaskOverlap Of(CocoRle a, CocoRle b) =>
        a.Width == b.Width && a.Height == b.Height
            ? RleMath.Overlap(a.RunLengths, b.RunLengths)
            : throw new ArgumentException(
                $"The masks have different sizes: {a.Width} x {a.Height} and {b.Width} x {b.Height}.",
                nameof(b)
            );
}
