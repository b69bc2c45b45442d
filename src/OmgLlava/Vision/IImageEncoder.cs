using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>What the rest of perception knows of an image encoder.</summary>
internal interface IImageEncoder
{
    /// <summary>Encodes a normalised image.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="pixels">(H, W, 3), H and W multiples of the last stride.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>Four maps (H / stride_s, W / stride_s, C_s), finest first.</returns>
    Tensor[] Encode(Kernels kernels, Tensor pixels, CancellationToken cancellation);
}
