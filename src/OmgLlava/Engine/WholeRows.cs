namespace OmgLlava.Engine;

/// <summary>
/// Rows of a product's left side as whole numbers of 16 bits, -32767..32767, each row in steps of its own, 256 times finer
/// than those of weights of 8 bits. Products take them in pairs.
/// </summary>
internal sealed unsafe class WholeRows : IDisposable
{
    private const int LineBytes = 64;
    private const int LineNumbers = LineBytes / sizeof(short);

    private readonly AlignedMemory _memory;

    /// <summary>Rounds rows.</summary>
    /// <param name="kernels">What rounds them.</param>
    /// <param name="x">The first row.</param>
    /// <param name="xStride">Numbers from one row to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Numbers in a row.</param>
    /// <param name="together">Rows that are multiplied together; the last of them are filled up with zeros.</param>
    public WholeRows(Kernels kernels, float* x, long xStride, int rows, int columns, int together)
    {
        // An odd number of cache lines, so that rows do not meet in one set of the first-level cache.
        int lines = ((columns + LineNumbers - 1) / LineNumbers) | 1;
        Stride = lines * LineNumbers / 2;
        int filled = (rows + together - 1) / together * together;
        long bytes = (long)filled * lines * LineBytes;
        _memory = MemoryPool.Rent(bytes + (filled * sizeof(float)));
        Steps = (float*)(_memory.Pointer + bytes);
        for (int row = 0; row < rows; row++)
        {
            var to = (short*)Row(row, 0);
            if (columns % 2 == 1)
            {
                to[columns] = 0; // the other of the last pair
            }

            Steps[row] = kernels.RoundRow(x + (row * xStride), to, columns);
        }

        for (int row = rows; row < filled; row++)
        {
            new Span<int>(Row(row, 0), Stride).Clear();
            Steps[row] = 0;
        }
    }

    /// <summary>Pairs from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>What a 1 of each row stands for.</summary>
    public float* Steps { get; }

    /// <summary>The pairs of a row from an even column on.</summary>
    public int* Row(int row, int column) => (int*)_memory.Pointer + ((long)row * Stride) + (column / 2);

    public void Dispose() => MemoryPool.Return(_memory);
}
