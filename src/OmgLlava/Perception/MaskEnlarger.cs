using OmgLlava.Imaging;
using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>Brings mask logits from the model's frame to the user's picture.</summary>
internal static class MaskEnlarger
{
    /// <summary>Enlarges bilinearly (align_corners False) to the padded square of the picture and cuts the padding off.</summary>
    /// <param name="logits">(h, w).</param>
    /// <param name="geometry">Where the picture lies in the square.</param>
    /// <returns>(H, W), float32.</returns>
    public static Tensor Enlarge(Tensor logits, ImageGeometry geometry)
    {
        using var scope = NewDisposeScope();
        Tensor square = nn.functional.interpolate(
            logits.to(float32).unsqueeze(0).unsqueeze(0), size: [geometry.Side, geometry.Side], mode: InterpolationMode.Bilinear, align_corners: false);
        return square[0, 0].narrow(0, geometry.OffsetY, geometry.Height).narrow(1, geometry.OffsetX, geometry.Width).MoveToOuterDisposeScope();
    }
}
