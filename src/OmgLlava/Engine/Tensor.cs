namespace OmgLlava.Engine;

/// <summary>
/// Float32 numbers of a shape, row-major, the last dimension fastest. Maps are (H * W, C): the channels of a place lie together.
/// Memory comes from a pool
/// and goes back with <see cref="Dispose"/>; a part shares it and disposes nothing.
/// </summary>
internal sealed unsafe class Tensor : IDisposable
{
    private readonly bool _owns;
    private AlignedMemory? _memory;

    /// <summary>A tensor with anything in it.</summary>
    /// <param name="shape">Sizes.</param>
    public Tensor(params ReadOnlySpan<int> shape)
    {
        Shape = shape.ToArray();
        (Count, Width) = Measure(Shape);
        _memory = MemoryPool.Rent(Count * sizeof(float));
        _owns = true;
        Data = (float*)_memory.Pointer;
    }

    private Tensor(Tensor whole, float* data, int[] shape)
    {
        (_memory, Shape) = (whole._memory, shape);
        (Count, Width) = Measure(shape);
        Data = data;
    }

    /// <summary>Sizes.</summary>
    public IReadOnlyList<int> Shape { get; private set; }

    /// <summary>The first number.</summary>
    public float* Data { get; private set; }

    /// <summary>How many numbers.</summary>
    public long Count { get; }

    /// <summary>Numbers of the last dimension.</summary>
    public int Width { get; private set; }

    /// <summary>Rows, counted over all other dimensions.</summary>
    public int Rows => (int)(Count / Math.Max(1, Width));

    /// <summary>All numbers; at most 2^31 of them.</summary>
    public Span<float> Span => new(Data, checked((int)Count));

    /// <summary>A tensor of given numbers.</summary>
    public static Tensor Of(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        var tensor = new Tensor(shape);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(params ReadOnlySpan<int> shape)
    {
        var tensor = new Tensor(shape);
        tensor.Span.Clear();
        return tensor;
    }

    /// <summary>One row.</summary>
    public Span<float> Row(int index) => new(Data + ((long)index * Width), Width);

    /// <summary>Some entries of the first dimension, sharing this tensor's memory.</summary>
    public Tensor Part(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start + (uint)count, (uint)Shape[0]);
        return new Tensor(this, Data + (start * (Count / Math.Max(1, Shape[0]))), [count, .. Shape.Skip(1)]);
    }

    /// <summary>The same numbers in another shape, sharing this tensor's memory.</summary>
    public Tensor View(params ReadOnlySpan<int> shape)
    {
        var view = new Tensor(this, Data, shape.ToArray());
        return view.Count == Count
            ? view
            : throw new ArgumentException($"{Count} numbers do not make ({string.Join(", ", view.Shape)}).", nameof(shape));
    }

    /// <summary>The same tensor in another shape; it takes the memory over.</summary>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        Tensor view = View(shape);
        (Shape, Width) = (view.Shape, view.Width);
        return this;
    }

    /// <summary>A copy with memory of its own.</summary>
    public Tensor Clone()
    {
        var copy = new Tensor([.. Shape]);
        Buffer.MemoryCopy(Data, copy.Data, Count * sizeof(float), Count * sizeof(float));
        return copy;
    }

    private static (long Count, int Width) Measure(IReadOnlyList<int> shape) =>
        (shape.Aggregate(1L, (product, size) => product * size), shape.Count == 0 ? 1 : shape[^1]);

    public void Dispose()
    {
        if (_owns && Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            Data = null;
            MemoryPool.Return(memory);
        }
    }
}
