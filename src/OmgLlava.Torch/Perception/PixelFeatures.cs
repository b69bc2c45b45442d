using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>What the pixel decoder makes of an image.</summary>
/// <param name="MaskFeatures">(B, C, H/4, W/4): a mask is a query's dot product with these.</param>
/// <param name="Memories">(B, C, h, w) at strides 32, 16 and 8.</param>
internal sealed record PixelFeatures(Tensor MaskFeatures, IReadOnlyList<Tensor> Memories);
