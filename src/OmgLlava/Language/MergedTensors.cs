using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Language;

/// <summary>The weights of a model directory with its adapters merged into them: W + (alpha / r) B A, in float32.</summary>
internal sealed class MergedTensors : ITensorSource
{
    private const string Adapters = "adapters.";
    private const string Language = "language.";

    private readonly ITensorSource _source;
    private readonly double _scale;

    /// <param name="source">The weights; disposed with this.</param>
    /// <param name="lora">Rank and alpha.</param>
    public MergedTensors(ITensorSource source, LoraConfig lora)
    {
        (_source, _scale) = (source, lora.Alpha / lora.Rank);
        Tensors = source.Tensors.Values.Where(info => !info.Name.StartsWith(Adapters, StringComparison.Ordinal))
            .Select(info => AdapterOf(info.Name) is null ? info : info with { DType = ElementType.Float32 })
            .ToDictionary(info => info.Name);
    }

    /// <inheritdoc/>
    public string Path => _source.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        if (AdapterOf(name) is not { } adapter)
        {
            _source.CopyTo(name, destination);
            return;
        }

        using var change = new AdapterProduct((_source, $"{adapter}.a"), (_source, $"{adapter}.b"), _scale);
        TensorInfo held = _source.Describe(name);
        using var stored = new AlignedMemory(held.ByteCount);
        _source.CopyTo(name, stored.Bytes());
        Span<float> merged = MemoryMarshal.Cast<byte, float>(destination);
        ElementTypes.ToSingle(stored.Bytes(), held.DType, merged);
        change.AddTo(merged, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private string? AdapterOf(string name)
    {
        string adapter =
            name.StartsWith(Language, StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)
                ? Adapters + name[Language.Length..^".weight".Length]
                : "";
        return _source.Tensors.ContainsKey($"{adapter}.a") ? adapter : null;
    }
}
