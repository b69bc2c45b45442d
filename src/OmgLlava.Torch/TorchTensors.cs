using OmgLlava.Torch.Runtime;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Torch;

/// <summary>TorchSharp's tensors in files.</summary>
internal static class TorchTensors
{
    /// <summary>Reads a tensor into new CPU memory that the caller owns.</summary>
    /// <exception cref="OmgLlavaException">There is no such tensor, or it is larger than 2 GiB.</exception>
    public static Tensor Read(this ITensorSource source, string name)
    {
        TensorInfo info = source.Describe(name);
        TorchRuntime.Initialize();
        Tensor tensor = empty([.. info.Shape], info.DType.ToTorch());
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
                $"'{name}' in '{source.Path}' has shape {info.ShapeText} where the model needs ({string.Join(", ", target.shape)})."
            );
        }

        if (info.ElementCount == 0)
        {
            return;
        }

        using var noGradient = no_grad();
        if (info.DType.ToTorch() == target.dtype && target.device_type == TorchSharp.DeviceType.CPU && target.is_contiguous())
        {
            source.CopyTo(name, target.bytes);
        }
        else
        {
            using Tensor tensor = source.Read(name);
            target.copy_(tensor);
        }
    }

    /// <summary>Writes tensors that are in memory as a safetensors file.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    ) =>
        SafetensorsWriter.Write(
            path,
            [.. tensors.Select(t => Describe(t.Key, t.Value))],
            (info, bytes) =>
            {
                using Tensor contiguous = tensors[info.Name].detach().cpu().contiguous();
                if (bytes.Length > 0)
                {
                    contiguous.bytes.CopyTo(bytes);
                }
            },
            metadata
        );

    /// <summary>What a file would say of a tensor.</summary>
    internal static TensorInfo Describe(string name, Tensor tensor) => new(name, tensor.dtype.ToElement(), tensor.shape);
}
