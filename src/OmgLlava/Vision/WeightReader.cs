using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Vision;

/// <summary>
/// Reads the weights of a part by name and shape. Without a source it reads nothing and only notes what was asked for, so that a
/// list of all tensors comes
/// from the very code that reads them.
/// </summary>
internal sealed unsafe class WeightReader
{
    private const int LargeMatrix = 1 << 20;

    private readonly ITensorSource? _source;
    private readonly string _prefix;
    private readonly Ledger _ledger;

    /// <summary>A reader of a whole model.</summary>
    /// <param name="source">Where weights come from; null to note names and shapes only.</param>
    /// <param name="kernels">What will use them.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    public WeightReader(
        ITensorSource? source,
        Kernels kernels,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
        : this(source, kernels, "", new Ledger(progress, cancellation)) { }

    private WeightReader(ITensorSource? source, Kernels kernels, string prefix, Ledger ledger) =>
        (_source, Kernels, _prefix, _ledger) = (source, kernels, prefix, ledger);

    /// <summary>What will use the weights.</summary>
    public Kernels Kernels { get; }

    /// <summary>Everything that was asked for.</summary>
    public IReadOnlyList<TensorInfo> Asked => _ledger.Asked;

    /// <summary>What to dispose with the model.</summary>
    public IReadOnlyList<IDisposable> Read => _ledger.Read;

    /// <summary>The reader of a part.</summary>
    public WeightReader At(string name) => new(_source, Kernels, $"{_prefix}{name}.", _ledger);

    /// <summary>Notes a tensor that inference does not use.</summary>
    public void Skip(string name, params int[] shape) => Ask(name, shape);

    /// <summary>A tensor that is used as it is.</summary>
    public Tensor Tensor(string name, params int[] shape) => Load(name, shape) is { } tensor ? Keep(tensor) : null!;

    /// <summary>A linear layer: <c>weight</c> (out, in), <c>bias</c> (out).</summary>
    public PackedMatrix Linear(int columns, int rows, bool bias = true) => Pack(rows, columns, bias, [rows, columns]);

    /// <summary>A dense convolution: <c>weight</c> (out, in, kernel, kernel), <c>bias</c> (out).</summary>
    public Convolution Convolution(int channels, int rows, int kernel, int stride = 1, int padding = 0, bool bias = true) =>
        new(
            Pack(rows, channels * kernel * kernel, bias, [rows, channels, kernel, kernel], kernel * kernel),
            kernel,
            stride,
            padding
        );

    /// <summary>A 7 x 7 convolution of each channel alone.</summary>
    public DepthwiseConvolution Depthwise(int channels)
    {
        using Tensor? weight = Load("weight", channels, 1, DepthwiseConvolution.Kernel, DepthwiseConvolution.Kernel);
        using Tensor? bias = Load("bias", channels);
        return weight is null ? null! : new DepthwiseConvolution(weight, bias!);
    }

    /// <summary>A layer norm or group norm.</summary>
    public Norm Norm(int channels, float epsilon = 1e-5f) => new(Tensor("weight", channels), Tensor("bias", channels), epsilon);

    /// <summary>A matrix made by other means.</summary>
    public T Keep<T>(T part)
        where T : IDisposable
    {
        _ledger.Read.Add(part);
        return part;
    }

    /// <summary>How the matrix of a tensor is held: in 8 bits if the file has it so, a large one in bfloat16.</summary>
    public PanelFormat FormatOf(string name) =>
        _source is null ? PanelFormat.Float32 : FormatOf(_source, _source.Tensors[_prefix + name]);

    /// <summary>The same for any tensor. Products with 8 bits are faster than with float32; with bfloat16 they are about a
    /// twentieth slower, which small matrices are not worth.</summary>
    public static PanelFormat FormatOf(ITensorSource source, TensorInfo info) =>
        info.Shape.Count < 2
            ? PanelFormat.Float32
            : source.StoredType(info.Name) switch
            {
                ElementType.Int8 => PanelFormat.Int8,
                ElementType.BFloat16 when info.ElementCount >= LargeMatrix => PanelFormat.BFloat16,
                _ => PanelFormat.Float32,
            };

    /// <summary>Reads a tensor that the caller disposes; null without a source.</summary>
    public Tensor? Load(string name, params int[] shape)
    {
        TensorInfo asked = Ask(name, shape);
        if (_source is null)
        {
            return null;
        }

        _ledger.Cancellation.ThrowIfCancellationRequested();
        TensorInfo info = _source.Describe(asked.Name);
        if (!info.Shape.SequenceEqual(asked.Shape))
        {
            throw new OmgLlavaException(
                $"'{info.Name}' in '{_source.Path}' has shape {info.ShapeText} where the model needs {asked.ShapeText}."
            );
        }

        var tensor = new Tensor(shape);
        if (info.DType == ElementType.Float32)
        {
            _source.CopyTo(info.Name, MemoryMarshal.AsBytes(tensor.Span));
        }
        else
        {
            // what the garbage collector gave here would stay taken for as long as the model is used
            using var bytes = new AlignedMemory(info.ByteCount);
            _source.CopyTo(info.Name, bytes.Bytes());
            ElementTypes.ToSingle(bytes.Bytes(), info.DType, tensor.Span);
        }

        _ledger.Report(info.ByteCount);
        return tensor;
    }

    private PackedMatrix Pack(int rows, int columns, bool bias, int[] shape, int taps = 1)
    {
        using Tensor? weight = Load("weight", shape);
        using Tensor? offset = bias ? Load("bias", rows) : null;
        if (weight is null)
        {
            return null!;
        }

        using Tensor ordered = taps == 1 ? weight.View(rows, columns) : ChannelsLast(weight, rows, columns / taps, taps);
        return Keep(PackedMatrix.Of(Kernels, ordered, offset, FormatOf("weight")));
    }

    /// <summary>(out, pixels * in) of (out, in, pixels).</summary>
    private static Tensor ChannelsLast(Tensor weight, int rows, int channels, int taps)
    {
        var ordered = new Tensor(rows, taps * channels);
        for (int row = 0; row < rows; row++)
        {
            float* from = weight.Data + ((long)row * channels * taps);
            float* to = ordered.Data + ((long)row * channels * taps);
            for (int c = 0; c < channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    to[(tap * channels) + c] = from[(c * taps) + tap];
                }
            }
        }

        return ordered;
    }

    private TensorInfo Ask(string name, int[] shape)
    {
        var info = new TensorInfo(_prefix + name, ElementType.Float32, [.. shape.Select(size => (long)size)]);
        _ledger.Asked.Add(info);
        return info;
    }

    /// <summary>What all readers of a model share.</summary>
    private sealed class Ledger(IProgress<long>? progress, CancellationToken cancellation)
    {
        private long _done;

        public List<TensorInfo> Asked { get; } = [];

        public List<IDisposable> Read { get; } = [];

        public CancellationToken Cancellation => cancellation;

        public void Report(long bytes) => progress?.Report(_done += bytes);
    }
}
