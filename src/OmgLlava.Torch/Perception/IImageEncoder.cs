using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>What the rest of perception knows of an image encoder: four maps, each coarser than the one before.</summary>
internal interface IImageEncoder
{
    /// <summary>Channels of the four maps.</summary>
    IReadOnlyList<int> Channels { get; }

    /// <summary>Pixels of the input to a side of a cell of each map.</summary>
    IReadOnlyList<int> Strides { get; }

    /// <summary>Encodes a batch of normalised images.</summary>
    /// <param name="pixels">(B, 3, H, W), H and W multiples of the last stride.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>Four feature maps (B, C_s, H / stride_s, W / stride_s), finest first.</returns>
    Tensor[] Encode(Tensor pixels, CancellationToken cancellation = default);

    /// <summary>The CLIP projection of features of the last map.</summary>
    /// <param name="features">(..., C_3).</param>
    /// <returns>(..., class embedding width).</returns>
    /// <exception cref="InvalidOperationException">The configuration has no CLIP head.</exception>
    Tensor ProjectToClip(Tensor features);
}
