using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>Tensors some of which are stored as <see cref="ScaledRows"/>; they are given as float32, and their scales are not
/// listed.</summary>
internal sealed class ScaledTensors : ITensorSource
{
    private readonly ITensorSource _source;

    private ScaledTensors(ITensorSource source, IReadOnlyDictionary<string, TensorInfo> tensors) =>
        (_source, Tensors) = (source, tensors);

    /// <inheritdoc/>
    public string Path => _source.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The source itself where nothing in it has scales.</summary>
    /// <param name="source">Disposed with what is returned, and if this throws.</param>
    /// <exception cref="OmgLlavaException">Scales do not fit their numbers.</exception>
    public static ITensorSource Over(ITensorSource source)
    {
        TensorInfo[] scaled = [.. source.Tensors.Values.Where(info => HasScales(source, info))];
        if (scaled.Length == 0)
        {
            return source;
        }

        foreach (TensorInfo info in scaled)
        {
            TensorInfo scales = source.Tensors[info.Name + ScaledRows.Suffix];
            if (info.Shape.Count < 2 || scales.DType != ElementType.Float32 || !scales.Shape.SequenceEqual([info.Shape[0]]))
            {
                source.Dispose();
                throw new OmgLlavaException(
                    $"'{scales.Name}' in '{source.Path}' must be one float32 for each row of '{info.Name}' {info.ShapeText}, "
                        + $"not {scales.DType} {scales.ShapeText}."
                );
            }
        }

        var names = scaled.Select(info => info.Name + ScaledRows.Suffix).ToHashSet();
        return new ScaledTensors(
            source,
            source
                .Tensors.Values.Where(info => !names.Contains(info.Name))
                .Select(info => HasScales(source, info) ? info with { DType = ElementType.Float32 } : info)
                .ToDictionary(info => info.Name)
        );
    }

    /// <inheritdoc/>
    public string FileOf(string name) => _source.FileOf(name);

    /// <inheritdoc/>
    public (string File, long Begin)? PlaceOf(string name) =>
        HasScales(_source, _source.Tensors[name]) ? null : _source.PlaceOf(name);

    /// <inheritdoc/>
    public ElementType StoredType(string name) => _source.Tensors[name].DType;

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        TensorInfo held = _source.Describe(name);
        if (!HasScales(_source, held))
        {
            _source.CopyTo(name, destination);
            return;
        }

        using var numbers = new AlignedMemory(held.ByteCount);
        float[] scales = new float[held.Shape[0]];
        _source.CopyTo(name, numbers.Bytes());
        _source.CopyTo(name + ScaledRows.Suffix, MemoryMarshal.AsBytes(scales.AsSpan()));
        ScaledRows.Restore(numbers.Bytes(), scales, MemoryMarshal.Cast<byte, float>(destination));
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static bool HasScales(ITensorSource source, TensorInfo info) =>
        info.DType == ElementType.Int8 && source.Tensors.ContainsKey(info.Name + ScaledRows.Suffix);
}
