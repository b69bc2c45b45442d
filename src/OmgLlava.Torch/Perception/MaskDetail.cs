using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// Looks at the picture once more, at stride 2, by the light of what stride 4 has understood of it: features by which the last
/// masks become twice as fine. Not in the published model.
/// </summary>
internal sealed class MaskDetail : nn.Module
{
    private readonly Convolution _patches;
    private readonly Convolution _context;
    private readonly GroupNorm _norm;
    private readonly Convolution _mix;

    /// <summary>Builds the level with uninitialised weights.</summary>
    public MaskDetail(PerceptionConfig config, Placement placement)
        : base(nameof(MaskDetail))
    {
        int channels = config.MaskDetailChannels;
        _patches = this.Add("patches", new Convolution(3, channels, kernel: 4, placement, stride: 2, padding: 1));
        _context = this.Add("context", new Convolution(config.Channels, channels, kernel: 1, placement, bias: false));
        _norm = this.Add("norm", new GroupNorm(channels, placement));
        _mix = this.Add("mix", new Convolution(channels, channels, kernel: 3, placement, padding: 1));
    }

    /// <param name="pixels">(B, 3, H, W), normalised.</param>
    /// <param name="maskFeatures">(B, C, H/4, W/4).</param>
    /// <returns>(B, D, H/2, W/2), at least 0.</returns>
    public Tensor Look(Tensor pixels, Tensor maskFeatures)
    {
        using var scope = NewDisposeScope();
        Tensor seen = _patches.forward(pixels.to(maskFeatures.dtype)); // (B, D, H/2, W/2)
        Tensor context = nn.functional.interpolate(
            _context.forward(maskFeatures),
            size: seen.shape[2..],
            mode: InterpolationMode.Bilinear,
            align_corners: false
        );
        return _mix.forward(_norm.forward(context.AddInPlace(seen)).relu_()).relu_().MoveToOuterDisposeScope();
    }
}
