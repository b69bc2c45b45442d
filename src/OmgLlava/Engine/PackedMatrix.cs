using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>
/// The matrix of a linear layer as products want it: some rows side by side make a panel, whose numbers lie in the order of use.
/// Columns are cut into blocks of which a panel stays in the first-level cache. Numbers that a file holds in fewer bits are
/// held in as few here: as bfloat16, which becomes float32 in the registers, or as whole numbers -127..127 with a scale for each
/// row; those lie in pairs of columns, and what they are multiplied with is rounded to 16 bits, row by row (<see
/// cref="WholeRows"/>). A row of the result may be scaled as well.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Columns of a block.</summary>
    public const int BlockColumns = 384;

    private const int PanelsPerChunk = 64;
    private const int LargestInt8 = 127;

    private readonly AlignedMemory _memory;
    private readonly int _size;
    private readonly float* _bias;
    private readonly float* _scales;

    /// <summary>Packs a matrix.</summary>
    /// <param name="kernels">What will multiply it.</param>
    /// <param name="source">Its numbers.</param>
    /// <param name="rows">Output features.</param>
    /// <param name="columns">Input features.</param>
    /// <param name="rowStride">Numbers from one row to the next.</param>
    /// <param name="columnStride">Numbers from one column to the next.</param>
    /// <param name="bias">(rows), added to the result, scaled or not; null for none.</param>
    /// <param name="format">Float32; bfloat16 for numbers that are such; int8 for numbers that are those of 8 bits times a scale
    /// that makes the largest of a row 127.</param>
    /// <param name="scales">(rows), times each row of the result; null for none.</param>
    public PackedMatrix(
        Kernels kernels,
        float* source,
        int rows,
        int columns,
        long rowStride,
        long columnStride,
        float* bias = null,
        PanelFormat format = PanelFormat.Float32,
        float* scales = null
    )
    {
        (Rows, Columns, PanelRows, Format) = (rows, columns, kernels.PanelRows, format);
        Panels = (rows + PanelRows - 1) / PanelRows;
        _size = SizeOf(format);
        long numbers = (long)Panels * PanelRows * Filled(columns) * _size;
        int padded = Panels * PanelRows;
        _memory = MemoryPool.Rent(numbers + (2L * padded * sizeof(float)));
        if (bias is not null)
        {
            _bias = Extra(bias, 0);
        }

        bool whole = format == PanelFormat.Int8;
        if (whole || scales is not null)
        {
            _scales = Extra(scales, 1);
        }

        kernels.Team.Run(
            (Panels + PanelsPerChunk - 1) / PanelsPerChunk,
            chunk =>
            {
                for (int panel = chunk * PanelsPerChunk; panel < Math.Min(Panels, (chunk + 1) * PanelsPerChunk); panel++)
                {
                    switch (format)
                    {
                        case PanelFormat.BFloat16:
                            Pack<ushort>(source, panel, rowStride, columnStride);
                            break;
                        case PanelFormat.Int8:
                            Pack<sbyte>(source, panel, rowStride, columnStride);
                            break;
                        default:
                            Pack<float>(source, panel, rowStride, columnStride);
                            break;
                    }
                }
            }
        );

        float* Extra(float* values, int place)
        {
            float* target = (float*)(_memory.Pointer + numbers) + ((long)place * padded);
            new Span<float>(target, padded).Fill(values is null ? 1 : 0);
            if (values is not null)
            {
                new ReadOnlySpan<float>(values, rows).CopyTo(new Span<float>(target, rows));
            }

            return target;
        }
    }

    /// <summary>How its numbers are held.</summary>
    public PanelFormat Format { get; }

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

    /// <summary>Bytes of one number.</summary>
    public static int SizeOf(PanelFormat format) =>
        format switch
        {
            PanelFormat.BFloat16 => sizeof(ushort),
            PanelFormat.Int8 => sizeof(sbyte),
            _ => sizeof(float),
        };

    /// <summary>Packs a row-major matrix.</summary>
    public static PackedMatrix Of(
        Kernels kernels,
        Tensor matrix,
        Tensor? bias = null,
        PanelFormat format = PanelFormat.Float32,
        Tensor? scales = null
    ) =>
        new(
            kernels,
            matrix.Data,
            matrix.Rows,
            matrix.Width,
            matrix.Width,
            1,
            bias is null ? null : bias.Data,
            format,
            scales is null ? null : scales.Data
        );

    /// <summary>Packs the transpose of a row-major matrix.</summary>
    public static PackedMatrix Transposed(Kernels kernels, Tensor matrix) =>
        new(kernels, matrix.Data, matrix.Width, matrix.Rows, 1, matrix.Width);

    /// <summary>(columns of the block, panel rows) of a panel, of whole numbers (pairs of columns, panel rows, 2).</summary>
    public byte* Panel(int firstColumn, int panel)
    {
        int depth = Filled(Math.Min(BlockColumns, Columns - firstColumn));
        return _memory.Pointer
            + ((((long)firstColumn * Panels * PanelRows) + ((long)panel * depth * PanelRows)) * _size);
    }

    /// <summary>The biases of a panel; null for none.</summary>
    public float* Bias(int panel) => _bias is null ? null : _bias + (panel * PanelRows);

    /// <summary>What the rows of a panel are multiplied with; null for nothing.</summary>
    public float* Scales(int panel) => _scales is null ? null : _scales + (panel * PanelRows);

    public void Dispose() => MemoryPool.Return(_memory);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack<TW>(float* source, int panel, long rowStride, long columnStride)
        where TW : unmanaged
    {
        int first = panel * PanelRows;
        int rows = Math.Min(PanelRows, Rows - first);
        for (int row = 0; row < PanelRows; row++)
        {
            float* from = source + ((first + row) * rowStride);
            float scale = row < rows && typeof(TW) == typeof(sbyte) ? TakeScale(from, first + row, columnStride) : 1;
            for (int block = 0; block < Columns; block += BlockColumns)
            {
                int depth = Math.Min(BlockColumns, Columns - block);
                var target = (TW*)Panel(block, panel);
                int together = Together;
                for (int column = 0; column < Filled(depth); column++)
                {
                    TW value = row < rows && column < depth ? Held<TW>(from[(block + column) * columnStride], scale) : default;
                    target[(((column / together * PanelRows) + row) * together) + (column % together)] = value;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TW Held<TW>(float value, float scale)
        where TW : unmanaged
    {
        if (typeof(TW) == typeof(float))
        {
            return Unsafe.BitCast<float, TW>(value);
        }

        return typeof(TW) == typeof(ushort)
            ? Unsafe.BitCast<ushort, TW>((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))
            : Unsafe.BitCast<sbyte, TW>(scale == 0 ? (sbyte)0 : (sbyte)MathF.Round(value / scale));
    }

    /// <summary>Columns that lie together.</summary>
    private int Together => Format == PanelFormat.Int8 ? 2 : 1;

    /// <summary>Columns filled up with zeros until none is alone.</summary>
    private int Filled(int columns) => (columns + Together - 1) / Together * Together;

    /// <summary>What a 1 of a row stands for; the row's scale takes it along.</summary>
    private float TakeScale(float* row, int index, long columnStride)
    {
        float extreme = 0;
        for (int column = 0; column < Columns; column++)
        {
            extreme = MathF.Max(extreme, MathF.Abs(row[column * columnStride]));
        }

        float scale = extreme / LargestInt8;
        _scales[index] *= scale;
        return scale;
    }
}
