using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Torch;

/// <summary>The weights of TorchSharp modules as a source to read from: another executor computes with what training has in
/// memory.</summary>
/// <param name="tensors">Tensors by the names that they have in a model directory; not disposed with this.</param>
internal sealed class ModuleTensors(IEnumerable<(string Name, Tensor Tensor)> tensors) : ITensorSource
{
    private readonly Dictionary<string, Tensor> _tensors = tensors.ToDictionary(t => t.Name, t => t.Tensor);

    /// <inheritdoc/>
    public string Path => "memory";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors =>
        _tensors.ToDictionary(t => t.Key, t => TorchTensors.Describe(t.Key, t.Value));

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        using Tensor contiguous = _tensors[name].detach().cpu().contiguous();
        contiguous.bytes.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
