using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>A weight matrix (rows, columns) in the layout of its format, and the kernels that multiply it.</summary>
internal sealed unsafe class Matrix : ITokenEmbedding
{
    private readonly AlignedMemory _data;
    private readonly long _groupBytes;
    private readonly WeightKernel _vector;
    private readonly WeightKernel _tile;

    /// <summary>A matrix of zeros, to be filled through <see cref="Bytes"/>.</summary>
    /// <param name="format">How the weights are held.</param>
    /// <param name="rows">Output features.</param>
    /// <param name="columns">Input features.</param>
    /// <param name="kernels">The instructions that multiply it.</param>
    public Matrix(WeightFormat format, int rows, int columns, KernelChoice kernels)
    {
        (Format, Rows, Columns) = (format, rows, columns);
        Layout = WeightLayout.Of(format);
        Groups = WeightLayout.Groups(rows);
        _groupBytes = Layout.GroupBytes(columns);
        (_vector, _tile) = (WeightKernel.For(format, kernels.OneToken), WeightKernel.For(format, kernels.ManyTokens));
        int even = (Groups + WeightKernel.TileGroups - 1) / WeightKernel.TileGroups * WeightKernel.TileGroups;
        _data = new AlignedMemory(even * _groupBytes);
        new Span<byte>(_data.Pointer + (Groups * _groupBytes), (int)((even - Groups) * _groupBytes)).Clear();
    }

    public WeightFormat Format { get; }

    public WeightLayout Layout { get; }

    /// <summary>What is added to every product, float32 (rows); null for nothing. Owned.</summary>
    public AlignedMemory? Bias { get; set; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Groups of 16 rows.</summary>
    public int Groups { get; }

    /// <summary>Bytes of all groups.</summary>
    public long ByteCount => Groups * _groupBytes;

    /// <summary>The packed groups, <see cref="ByteCount"/> bytes.</summary>
    public byte* Bytes => _data.Pointer;

    /// <inheritdoc/>
    public void CopyRow(int row, float* values) =>
        Layout.Unpack(
            _data.Pointer + (row / WeightLayout.GroupRows * _groupBytes),
            row % WeightLayout.GroupRows,
            Columns,
            values
        );

    /// <summary>Multiplies some groups with one token.</summary>
    /// <param name="group">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="x">The activations.</param>
    /// <param name="token">The token.</param>
    /// <param name="output">Receives 16 numbers a group.</param>
    public void Vector(int group, int count, Activations x, int token, float* output) =>
        _vector.Vector(_data.Pointer + (group * _groupBytes), count, x, token, output);

    /// <summary>Multiplies two groups with some tokens.</summary>
    /// <param name="group">The first of them, even.</param>
    /// <param name="x">The activations.</param>
    /// <param name="first">The first token.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="tile">Receives (tokens, 32).</param>
    public void Tile(int group, Activations x, int first, int tokens, float* tile) =>
        _tile.Tile(_data.Pointer + (group * _groupBytes), x, first, tokens, tile);

    public void Dispose()
    {
        _data.Dispose();
        Bias?.Dispose();
    }
}
