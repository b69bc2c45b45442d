using OmgLlava.Imaging;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>The colours of a batch of pictures, see <see cref="ColorCells"/>.</summary>
internal static class PictureColors
{
    /// <summary>1 for the colour of each cell.</summary>
    /// <param name="pixels">(B, 3, H, W), normalised.</param>
    /// <param name="transform">What normalised them.</param>
    /// <param name="reduction">Pixels to a side of a cell, r.</param>
    /// <returns>(B, H/r * W/r, 11), float32.</returns>
    public static Tensor Of(Tensor pixels, ImageTransform transform, int reduction)
    {
        using var scope = NewDisposeScope();
        (int height, int width) = ((int)pixels.shape[2], (int)pixels.shape[3]);
        int count = 3 * height * width;
        float[] all = [.. pixels.to(float32).cpu().contiguous().data<float>()];
        IEnumerable<long> colors = Enumerable
            .Range(0, (int)pixels.shape[0])
            .SelectMany(image =>
                ColorCells.Of(
                    all.AsSpan(image * count, count),
                    (height, width),
                    (Pixel: 1, Channel: height * width),
                    transform,
                    reduction
                )
            )
            .Select(color => (long)color);
        return nn
            .functional.one_hot(tensor([.. colors]), ColorNames.All.Count)
            .view(pixels.shape[0], -1, ColorNames.All.Count)
            .to(float32)
            .to(pixels.device)
            .MoveToOuterDisposeScope();
    }
}
