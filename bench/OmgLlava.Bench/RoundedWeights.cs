using System.Runtime.InteropServices;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Bench;

/// <summary>The tensors of a model as if its file held the large matrices in another type, which they are rounded to when they
/// are packed.</summary>
internal sealed class RoundedWeights(ITensorSource source, ElementType type) : ITensorSource
{
    public string Path => source.Path;

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
        source.Tensors.ToDictionary(t => t.Key, t => t.Value with { DType = ElementType.Float32 });

    public ElementType StoredType(string name) => ScaledRows.Suit(Tensors[name]) ? type : ElementType.Float32;

    public void CopyTo(string name, Span<byte> destination)
    {
        TensorInfo held = source.Describe(name);
        byte[] bytes = new byte[held.ByteCount];
        source.CopyTo(name, bytes);
        ElementTypes.ToSingle(bytes, held.DType, MemoryMarshal.Cast<byte, float>(destination));
    }

    public void Dispose() { }
}
