namespace OmgLlava.Engine;

/// <summary>
/// Rows of a product's left side as whole numbers of 16 bits, -32767..32767, each row in steps of its own: what they lose is a
/// hundredth of what weights of 8 bits do. Rows begin at even places, for the product takes numbers in pairs.
/// </summary>
internal sealed unsafe class WholeRows : IDisposable
{
    private const int LineNumbers = 64 / sizeof(short);

    private readonly AlignedMemory _memory;

    /// <summary>Rounds rows.</summary>
    /// <param name="kernels">What rounds them.</param>
    /// <param name="x">The first row.</param>
    /// <param name="xStride">Numbers from one row to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Numbers in a row.</param>
    public WholeRows(Kernels kernels, float* x, long xStride, int rows, int columns)
    {
        // An odd number of cache lines, so that rows do not meet in one set of the first-level cache.
        Stride = ((columns / (2 * LineNumbers) * 2) + 1) * LineNumbers;
        Stride += Stride < columns ? 2 * LineNumbers : 0;
        long bytes = (long)rows * Stride * sizeof(short);
        _memory = MemoryPool.Rent(bytes + (rows * sizeof(float)));
        Steps = (float*)(_memory.Pointer + bytes);
        for (int row = 0; row < rows; row++)
        {
            short* to = (short*)_memory.Pointer + ((long)row * Stride);
            if (columns % 2 == 1)
            {
                to[columns] = 0; // the other of the last pair
            }

            Steps[row] = kernels.RoundRow(x + (row * xStride), to, columns);
        }
    }

    /// <summary>Numbers from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>What a 1 of each row stands for.</summary>
    public float* Steps { get; }

    /// <summary>A row from a column on.</summary>
    public short* Row(int row, int column) => (short*)_memory.Pointer + ((long)row * Stride) + column;

    public void Dispose() => MemoryPool.Return(_memory);
}
