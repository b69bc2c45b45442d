using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Matrix products: y = x Wᵀ + b. Six rows of x meet two vectors of W in registers.</summary>
internal abstract unsafe partial class Kernels
{
    /// <summary>Rows of x that one thread takes through W: their block of columns stays in the second-level cache.</summary>
    protected const int RowsPerChunk = 96;

    private const int MlpRowsPerChunk = 192; // the more, the less often the weights of its two products are read
    private const int ChunksWanted = 16;
    private const long LeastWork = 1 << 18; // products in a chunk that are worth handing over to another thread

    /// <summary>Rows of W that meet in one panel.</summary>
    public int PanelRows => 2 * Width;

    /// <summary>y = activation(x Wᵀ + b), or y += x Wᵀ + b.</summary>
    /// <param name="x">(M, columns).</param>
    /// <param name="weights">W and b.</param>
    /// <param name="y">(M, rows of W).</param>
    /// <param name="activation">Applied to the result.</param>
    /// <param name="add">Whether the result is added to y.</param>
    public void Multiply(Tensor x, PackedMatrix weights, Tensor y, Activation activation = Activation.None, bool add = false)
    {
        RequireShape(x.Width == weights.Columns && y.Width == weights.Rows && y.Rows == x.Rows, x, weights, y);
        int rows = x.Rows;
        int rowChunks = (rows + RowsPerChunk - 1) / RowsPerChunk;
        // Few rows are cut along W, too.
        long work = (long)Math.Min(rows, RowsPerChunk) * weights.Columns * weights.PanelRows;
        int worth = (int)Math.Clamp(LeastWork / Math.Max(1, work), 1, weights.Panels);
        int panels = Math.Max(worth, weights.Panels * rowChunks / ChunksWanted);
        int cuts = (weights.Panels + panels - 1) / panels;
        float* from = x.Data;
        float* to = y.Data;
        int columns = x.Width;
        int width = y.Width;
        Team.Run(
            rowChunks * cuts,
            chunk =>
            {
                int row = chunk / cuts * RowsPerChunk;
                int panel = chunk % cuts * panels;
                Block(
                    from + ((long)row * columns),
                    columns,
                    Math.Min(RowsPerChunk, rows - row),
                    weights,
                    panel,
                    Math.Min(weights.Panels, panel + panels),
                    to + ((long)row * width),
                    width,
                    activation,
                    add
                );
            }
        );
    }

    /// <summary>The product of new memory.</summary>
    public Tensor Multiply(Tensor x, PackedMatrix weights, Activation activation = Activation.None)
    {
        var y = new Tensor([.. x.Shape.SkipLast(1), weights.Rows]);
        Multiply(x, weights, y, activation);
        return y;
    }

    /// <summary>
    /// map += contract(gelu(expand(norm(x)))), row by row: the wide rows between the two products never leave the cache.
    /// </summary>
    /// <param name="x">(M, C).</param>
    /// <param name="norm">Layer norm of x.</param>
    /// <param name="expand">C to the wide rows.</param>
    /// <param name="contract">Back to C.</param>
    /// <param name="map">(M, C).</param>
    public void AddMlp(Tensor x, Norm norm, PackedMatrix expand, PackedMatrix contract, Tensor map)
    {
        RequireShape(
            x.Width == expand.Columns && expand.Rows == contract.Columns && map.Width == contract.Rows && map.Rows == x.Rows,
            x,
            expand,
            map
        );
        float* from = x.Data;
        float* to = map.Data;
        int width = x.Width;
        Share(
            x.Rows,
            MlpRowsPerChunk,
            (start, count) =>
            {
                using var normed = new Tensor(count, width);
                using var wide = new Tensor(count, expand.Rows);
                NormRows(from + ((long)start * width), normed.Data, count, width, norm);
                Block(normed.Data, width, count, expand, 0, expand.Panels, wide.Data, expand.Rows, Activation.Gelu, add: false);
                Block(
                    wide.Data,
                    expand.Rows,
                    count,
                    contract,
                    0,
                    contract.Panels,
                    to + ((long)start * width),
                    width,
                    Activation.None,
                    add: true
                );
            }
        );
    }

    /// <summary>The product of a few rows with some panels, on one thread.</summary>
    protected abstract void Block(
        float* x,
        long xStride,
        int rows,
        PackedMatrix weights,
        int firstPanel,
        int endPanel,
        float* y,
        long yStride,
        Activation activation,
        bool add
    );

    private static void RequireShape(bool condition, Tensor x, PackedMatrix weights, Tensor y)
    {
        if (!condition)
        {
            throw new ArgumentException(
                $"({string.Join(", ", x.Shape)}) times ({weights.Rows}, {weights.Columns}) transposed does not give "
                    + $"({string.Join(", ", y.Shape)})."
            );
        }
    }
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    private const int TileRows = 6;

    protected override void Block(
        float* x,
        long xStride,
        int rows,
        PackedMatrix weights,
        int firstPanel,
        int endPanel,
        float* y,
        long yStride,
        Activation activation,
        bool add
    )
    {
        switch (weights.Format)
        {
            case PanelFormat.BFloat16:
                Block<ushort>(x, xStride, rows, weights, firstPanel, endPanel, y, yStride, activation, add);
                break;
            case PanelFormat.Int8:
                Block<sbyte>(x, xStride, rows, weights, firstPanel, endPanel, y, yStride, activation, add);
                break;
            default:
                Block<float>(x, xStride, rows, weights, firstPanel, endPanel, y, yStride, activation, add);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<TW>(
        float* x,
        long xStride,
        int rows,
        PackedMatrix weights,
        int firstPanel,
        int endPanel,
        float* y,
        long yStride,
        Activation activation,
        bool add
    )
        where TW : unmanaged
    {
        int wide = PanelRows;
        float* edge = stackalloc float[TileRows * wide];
        using WholeRows? whole =
            typeof(TW) == typeof(sbyte) ? new WholeRows(this, x, xStride, rows, weights.Columns, TileRows) : null;
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            for (int first = 0; first < weights.Columns; first += PackedMatrix.BlockColumns)
            {
                int depth = Math.Min(PackedMatrix.BlockColumns, weights.Columns - first);
                var w = (TW*)weights.Panel(first, panel);
                float* bias = first == 0 ? weights.Bias(panel) : null;
                float* scales = weights.Scales(panel);
                int columns = Math.Min(wide, weights.Rows - (panel * wide));
                for (int row = 0; row < rows; row += TileRows)
                {
                    int count = Math.Min(TileRows, rows - row);
                    float* target = y + (row * yStride) + (panel * wide);
                    bool load = add || first > 0;
                    bool inside = columns == wide && (whole is null || count == TileRows);
                    float* to = inside ? target : edge;
                    long stride = inside ? yStride : wide;
                    if (!inside && load)
                    {
                        CopyTile(target, yStride, to, stride, count, columns);
                    }

                    if (whole is not null)
                    {
                        int* from = whole.Row(row, first);
                        float* steps = whole.Steps + row;
                        WholeTile(from, whole.Stride, steps, (sbyte*)w, (depth + 1) / 2, to, stride, bias, scales, load);
                    }
                    else
                    {
                        Tile(x + (row * xStride) + first, xStride, count, w, depth, to, stride, bias, scales, load);
                    }

                    if (!inside)
                    {
                        CopyTile(to, stride, target, yStride, count, columns);
                    }
                }
            }
        }

        int begin = firstPanel * wide;
        int length = Math.Min(weights.Rows, endPanel * wide) - begin;
        for (int row = 0; activation != Activation.None && row < rows; row++)
        {
            Activate(y + (row * yStride) + begin, length, activation);
        }
    }

    private static void CopyTile(float* from, long fromStride, float* to, long toStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(from + (row * fromStride), columns).CopyTo(new Span<float>(to + (row * toStride), columns));
        }
    }
}
