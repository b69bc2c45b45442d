using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>The element type and the device that a module's parameters are created with.</summary>
/// <param name="DType">Float32, BFloat16, Float16 or Float64.</param>
/// <param name="Device">Device of the parameters.</param>
internal sealed record Placement(ScalarType DType, Device Device)
{
    /// <summary>Float32 on the CPU.</summary>
    public static Placement Default => new(ScalarType.Float32, CPU);
}
