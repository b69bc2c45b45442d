using OmgLlava.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Weights;

/// <summary>Reading tensors out of any source.</summary>
public static class TensorSourceExtensions
{
    /// <summary>Reads a tensor into new CPU memory that the caller owns.</summary>
    /// <exception cref="OmgLlavaException">There is no such tensor, or it is larger than 2 GiB.</exception>
    public static Tensor Read(this ITensorSource source, string name)
    {
        TensorInfo info = source.Describe(name);
        TorchRuntime.Initialize();
        Tensor tensor = empty([.. info.Shape], info.DType);
        if (info.ElementCount > 0)
        {
            source.CopyTo(name, tensor.bytes);
        }

        return tensor;
    }

    /// <summary>Reads a tensor into an existing one of the same shape, converting its element type where they differ.</summary>
    /// <exception cref="OmgLlavaException">There is no such tensor, its shape differs, or it is larger than 2 GiB.</exception>
    public static void ReadInto(this ITensorSource source, string name, Tensor target)
    {
        TensorInfo info = source.Describe(name);
        if (!info.Shape.SequenceEqual(target.shape))
        {
            throw new OmgLlavaException(
                $"'{name}' in '{source.Path}' has shape {info.ShapeText} where the model needs "
                    + $"({string.Join(", ", target.shape)})."
            );
        }

        if (info.ElementCount == 0)
        {
            return;
        }

        using var noGradient = no_grad();
        if (info.DType == target.dtype && target.device_type == TorchSharp.DeviceType.CPU && target.is_contiguous())
        {
            source.CopyTo(name, target.bytes);
        }
        else
        {
            using Tensor tensor = source.Read(name);
            target.copy_(tensor);
        }
    }

    /// <summary>The description of a tensor that must be there.</summary>
    /// <exception cref="OmgLlavaException">There is no such tensor, or it is larger than 2 GiB.</exception>
    public static TensorInfo Describe(this ITensorSource source, string name)
    {
        if (!source.Tensors.TryGetValue(name, out TensorInfo? info))
        {
            throw new OmgLlavaException($"'{source.Path}' holds no tensor '{name}'.");
        }

        return info.ByteCount <= int.MaxValue
            ? info
            : throw new OmgLlavaException(
                $"'{name}' in '{source.Path}' has {info.ByteCount} bytes; tensors above 2 GiB are not supported."
            );
    }
}
