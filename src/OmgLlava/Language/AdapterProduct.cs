using System.Numerics;
using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Language;

/// <summary>What a low-rank adapter changes of a weight: (alpha / r) B A, in float32 (LoRA, Hu et al. 2022, equation
/// 3).</summary>
internal sealed class AdapterProduct : IDisposable
{
    private readonly ThreadTeam _team = new(Environment.ProcessorCount);
    private readonly Kernels _kernels;
    private readonly PackedMatrix _down;
    private readonly Tensor _up;
    private readonly float _scale;

    /// <param name="a">(r, columns): where it is and its name there.</param>
    /// <param name="b">(rows, r).</param>
    /// <param name="scale">alpha / r.</param>
    /// <exception cref="OmgLlavaException">One is missing or damaged.</exception>
    public AdapterProduct((ITensorSource Source, string Name) a, (ITensorSource Source, string Name) b, double scale)
    {
        _kernels = Kernels.For(InstructionSets.Choose(null), _team);
        using Tensor down = Read(a.Source, a.Name);
        _down = PackedMatrix.Transposed(_kernels, down);
        _up = Read(b.Source, b.Name);
        _scale = (float)scale;
    }

    /// <summary>Adds the change to some rows of the weight.</summary>
    /// <param name="weights">(n, columns).</param>
    /// <param name="row">The first of these rows.</param>
    public void AddTo(Span<float> weights, int row)
    {
        using Tensor rows = _up.Part(row, weights.Length / _down.Rows);
        using Tensor product = _kernels.Multiply(rows, _down);
        ReadOnlySpan<float> added = product.Span;
        int at = 0;
        for (; at <= weights.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            (new Vector<float>(weights[at..]) + (new Vector<float>(added[at..]) * _scale)).CopyTo(weights[at..]);
        }

        for (; at < weights.Length; at++)
        {
            weights[at] += added[at] * _scale;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _down.Dispose();
        _up.Dispose();
        _team.Dispose();
    }

    private static Tensor Read(ITensorSource source, string name)
    {
        TensorInfo info = source.Describe(name);
        var tensor = new Tensor((int)info.Shape[0], (int)info.Shape[1]);
        if (info.DType == ElementType.Float32)
        {
            source.CopyTo(name, MemoryMarshal.AsBytes(tensor.Span));
            return tensor;
        }

        using var stored = new AlignedMemory(info.ByteCount); // managed arrays of this size wait long for the collector
        source.CopyTo(name, stored.Bytes());
        ElementTypes.ToSingle(stored.Bytes(), info.DType, tensor.Span);
        return tensor;
    }
}
