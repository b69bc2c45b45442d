using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The MLP of a ConvNeXt block for inference on the processor. Its inner result is four times as wide as the map; rows go through
/// in bands small enough that it stays in the cache instead of travelling to memory and back three times.
/// </summary>
internal static class WideMlp
{
    private const long BandBytes = 8 << 20;

    /// <summary>x = contract(gelu(expand(x))) for every row.</summary>
    /// <param name="x">(B, H, W, C), contiguous; it is written over.</param>
    /// <param name="expand">C to 4C.</param>
    /// <param name="contract">4C to C.</param>
    /// <returns>x.</returns>
    public static Tensor Forward(Tensor x, Linear expand, Linear contract)
    {
        using var scope = NewDisposeScope();
        long width = x.shape[^1];
        Tensor rows = x.view(-1, width);
        long count = rows.shape[0];
        long inner = 4 * width * rows.element_size();
        long bands = Math.Max(1, (count * inner + BandBytes - 1) / BandBytes);
        long band = (count + bands - 1) / bands;
        for (long start = 0; start < count; start += band)
        {
            using var inside = NewDisposeScope();
            long size = Math.Min(band, count - start);
            Tensor wide = expand.forward(rows.narrow(0, start, size)); // (band, 4C)
            rows.narrow(0, start, size).copy_(contract.forward(Gelu(wide)));
        }

        return x;
    }

    private static Tensor Gelu(Tensor x)
    {
        if (x.dtype != ScalarType.BFloat16)
        {
            return nn.functional.gelu(x);
        }

        BFloat16Gelu.Apply(x.bytes);
        return x;
    }
}
