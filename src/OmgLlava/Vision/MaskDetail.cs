using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// Looks at the picture once more, at stride 2, by the light of what stride 4 has understood of it: features by which the last
/// masks become twice as fine. Not
/// in the published model.
/// </summary>
internal sealed class MaskDetail
{
    private readonly Convolution _patches;
    private readonly Convolution _context;
    private readonly Norm _norm;
    private readonly Convolution _mix;

    public MaskDetail(WeightReader weights, PerceptionConfig config)
    {
        int channels = config.MaskDetailChannels;
        _patches = weights.At("patches").Convolution(3, channels, kernel: 4, stride: 2, padding: 1);
        _context = weights.At("context").Convolution(config.Channels, channels, kernel: 1, bias: false);
        _norm = weights.At("norm").Norm(channels);
        _mix = weights.At("mix").Convolution(channels, channels, kernel: 3, padding: 1);
    }

    /// <param name="kernels">Arithmetic.</param>
    /// <param name="pixels">(H, W, 3), normalised.</param>
    /// <param name="maskFeatures">(H/4, W/4, C).</param>
    /// <returns>(H/2, W/2, D), at least 0.</returns>
    public Tensor Look(Kernels kernels, Tensor pixels, Tensor maskFeatures)
    {
        using Tensor seen = kernels.Convolve(pixels, _patches);
        using Tensor context = kernels.Convolve(maskFeatures, _context);
        kernels.Resize(context, seen.Shape[0], seen.Shape[1], seen);
        kernels.GroupNorm(seen, _norm, Activation.Relu);
        return kernels.Convolve(seen, _mix, Activation.Relu);
    }
}
