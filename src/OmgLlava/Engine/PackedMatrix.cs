using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>
/// The matrix of a linear layer as products want it: some rows side by side make a panel, whose numbers lie in the order of use.
/// Columns are cut into blocks
/// of which a panel stays in the first-level cache.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Columns of a block.</summary>
    public const int BlockColumns = 384;

    private const int PanelsPerChunk = 64;

    private readonly AlignedMemory _memory;
    private readonly float* _bias;

    /// <summary>Packs a matrix.</summary>
    /// <param name="kernels">What will multiply it.</param>
    /// <param name="source">Its numbers.</param>
    /// <param name="rows">Output features.</param>
    /// <param name="columns">Input features.</param>
    /// <param name="rowStride">Numbers from one row to the next.</param>
    /// <param name="columnStride">Numbers from one column to the next.</param>
    /// <param name="bias">(rows); null for none.</param>
    public PackedMatrix(
        Kernels kernels,
        float* source,
        int rows,
        int columns,
        long rowStride,
        long columnStride,
        float* bias = null
    )
    {
        (Rows, Columns, PanelRows) = (rows, columns, kernels.PanelRows);
        Panels = (rows + PanelRows - 1) / PanelRows;
        long numbers = (long)Panels * PanelRows * columns;
        _memory = MemoryPool.Rent((numbers + (Panels * PanelRows)) * sizeof(float));
        if (bias is not null)
        {
            _bias = (float*)_memory.Pointer + numbers;
            new Span<float>(_bias, Panels * PanelRows).Clear();
            new ReadOnlySpan<float>(bias, rows).CopyTo(new Span<float>(_bias, rows));
        }

        kernels.Team.Run(
            (Panels + PanelsPerChunk - 1) / PanelsPerChunk,
            chunk =>
            {
                for (int panel = chunk * PanelsPerChunk; panel < Math.Min(Panels, (chunk + 1) * PanelsPerChunk); panel++)
                {
                    Pack(source, panel, rowStride, columnStride);
                }
            }
        );
    }

    /// <summary>Output features.</summary>
    public int Rows { get; }

    /// <summary>Input features.</summary>
    public int Columns { get; }

    /// <summary>Rows of a panel; the last one is filled up with zeros.</summary>
    public int PanelRows { get; }

    /// <summary>How many panels.</summary>
    public int Panels { get; }

    /// <summary>Bytes taken.</summary>
    public long ByteCount => _memory.ByteCount;

    /// <summary>Packs a row-major matrix.</summary>
    public static PackedMatrix Of(Kernels kernels, Tensor matrix, Tensor? bias = null) =>
        new(kernels, matrix.Data, matrix.Rows, matrix.Width, matrix.Width, 1, bias is null ? null : bias.Data);

    /// <summary>Packs the transpose of a row-major matrix.</summary>
    public static PackedMatrix Transposed(Kernels kernels, Tensor matrix) =>
        new(kernels, matrix.Data, matrix.Width, matrix.Rows, 1, matrix.Width);

    /// <summary>(columns of the block, panel rows) of a panel.</summary>
    public float* Panel(int firstColumn, int panel)
    {
        int depth = Math.Min(BlockColumns, Columns - firstColumn);
        return (float*)_memory.Pointer + ((long)firstColumn * Panels * PanelRows) + ((long)panel * depth * PanelRows);
    }

    /// <summary>The biases of a panel; null for none.</summary>
    public float* Bias(int panel) => _bias is null ? null : _bias + (panel * PanelRows);

    public void Dispose() => MemoryPool.Return(_memory);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(float* source, int panel, long rowStride, long columnStride)
    {
        int first = panel * PanelRows;
        int rows = Math.Min(PanelRows, Rows - first);
        for (int block = 0; block < Columns; block += BlockColumns)
        {
            int depth = Math.Min(BlockColumns, Columns - block);
            float* target = Panel(block, panel);
            for (int row = 0; row < PanelRows; row++)
            {
                float* from = source + ((first + row) * rowStride) + (block * columnStride);
                for (int column = 0; column < depth; column++)
                {
                    target[(column * PanelRows) + row] = row < rows ? from[column * columnStride] : 0;
                }
            }
        }
    }
}
