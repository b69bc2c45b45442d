using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Runtime;

/// <summary>Numbers from TorchSharp to the engine and back; each way is a copy.</summary>
internal static class TorchBridge
{
    /// <summary>The numbers as an engine's tensor of the same shape.</summary>
    public static Engine.Tensor ToEngine(this Tensor tensor)
    {
        using Tensor plain = tensor.detach().to(float32).cpu().contiguous();
        var result = new Engine.Tensor([.. tensor.shape.Select(size => checked((int)size))]);
        MemoryMarshal.Cast<byte, float>(plain.bytes).CopyTo(result.Span);
        return result;
    }

    /// <summary>The numbers as a float32 tensor of the same shape.</summary>
    public static Tensor ToTorch(this Engine.Tensor numbers, Device? device = null)
    {
        Tensor result = empty([.. numbers.Shape.Select(size => (long)size)], float32);
        if (numbers.Count > 0)
        {
            numbers.Span.CopyTo(MemoryMarshal.Cast<byte, float>(result.bytes));
        }

        return device is null ? result : result.to(device);
    }

    /// <summary>(H, W, C) of (C, H, W).</summary>
    public static Engine.Tensor ToEngineMap(this Tensor map)
    {
        using Tensor last = map.permute(1, 2, 0);
        return last.ToEngine();
    }

    /// <summary>(C, H, W) of (H, W, C).</summary>
    public static Tensor ToTorchMap(this Engine.Tensor map)
    {
        using Tensor last = map.ToTorch();
        return last.permute(2, 0, 1).contiguous();
    }
}
