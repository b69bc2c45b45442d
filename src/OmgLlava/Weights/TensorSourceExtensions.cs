namespace OmgLlava.Weights;

/// <summary>Reading tensors out of any source.</summary>
internal static class TensorSourceExtensions
{
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
