using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Language.Cpu;

/// <summary>A matrix and tokens to multiply it with, and the product in double precision.</summary>
internal sealed unsafe class ProductData : IDisposable
{
    private readonly WeightFormat _format;
    private readonly float[] _weights;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _tokens;
    private readonly AlignedMemory _values;
    private readonly Activations _activations;
    private readonly float[][] _rounded;

    public ProductData(WeightFormat format, int rows, int columns, int tokens, Func<int, float> draw)
        : this(
            format,
            [.. Enumerable.Range(0, rows * columns).Select(draw)],
            [.. Enumerable.Range(0, tokens * columns).Select(draw)],
            rows,
            columns
        )
    { }

    private ProductData(WeightFormat format, float[] weights, float[] values, int rows, int columns)
    {
        (_format, _weights, _rows, _columns, _tokens) = (format, weights, rows, columns, values.Length / columns);
        _values = AlignedMemory.Of<float>(values.Length);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(_values.Bytes()));
        _activations = new Activations((float*)_values.Pointer, _tokens, columns, format);
        for (int token = 0; token < _tokens; token++)
        {
            _activations.Quantize(token);
        }

        using Matrix matrix = Pack(format, weights, rows, columns, InstructionSet.Portable);
        _rounded =
        [
            .. Enumerable
                .Range(0, rows)
                .Select(row =>
                {
                    float[] result = new float[columns];
                    fixed (float* target = result)
                    {
                        matrix.CopyRow(row, target);
                    }

                    return result;
                }),
        ];
    }

    public static Matrix Pack(WeightFormat format, float[] weights, int rows, int columns, InstructionSet instructions)
    {
        var matrix = new Matrix(format, rows, columns, KernelChoice.Only(instructions));
        try
        {
            MatrixPacker.Pack(
                new TensorInfo("w", ElementType.Float32, [rows, columns]),
                MemoryMarshal.AsBytes<float>(weights),
                matrix.Layout,
                matrix.Bytes
            );
            return matrix;
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    /// <summary>The same matrix with one of the tokens.</summary>
    public ProductData Token(int token) => new(_format, _weights, [.. Values(token)], _rows, _columns);

    /// <summary>(tokens, rows) by the kernels, shared out over two threads.</summary>
    public float[] Multiply(InstructionSet instructions)
    {
        using Matrix matrix = Pack(_format, _weights, _rows, _columns, instructions);
        using var team = new ThreadTeam(2);
        float[] result = new float[_tokens * _rows];
        fixed (float* y = result)
        {
            new Products(team).Multiply(matrix, _activations, _tokens, y, add: false, CancellationToken.None);
        }

        return result;
    }

    /// <summary>One product of the rounded weights and activations, and the sum of its parts' magnitudes.</summary>
    public (double Value, double Magnitude) Expected(int row, int token)
    {
        double sum = 0;
        double magnitude = 0;
        for (int c = 0; c < _columns; c++)
        {
            double part = (double)_rounded[row][c] * Rounded(token, c);
            sum += part;
            magnitude += Math.Abs(part);
        }

        return (sum, magnitude);
    }

    /// <summary>The largest error of an activation, as a share of the largest in its block.</summary>
    public double LargestRounding() =>
        Enumerable
            .Range(0, _tokens)
            .SelectMany(token =>
                Enumerable
                    .Range(0, _columns)
                    .Select(c =>
                    {
                        int block = c / 32 * 32;
                        double largest = Enumerable
                            .Range(block, Math.Min(32, _columns - block))
                            .Max(i => Math.Abs(Values(token)[i]));
                        return largest == 0 ? 0 : Math.Abs(Rounded(token, c) - Values(token)[c]) / largest;
                    })
            )
            .Max();

    public void Dispose()
    {
        _activations.Dispose();
        _values.Dispose();
    }

    private Span<float> Values(int token) => MemoryMarshal.Cast<byte, float>(_values.Bytes()).Slice(token * _columns, _columns);

    private double Rounded(int token, int column)
    {
        int place = (column / 32 * _tokens) + token;
        return _format switch
        {
            WeightFormat.Int4 => (double)_activations.Bytes[(place * 32) + (column % 32)] * _activations.ByteScales[place],
            WeightFormat.Int8 => (double)_activations.Shorts[(place * 32) + (column % 32)] * _activations.ShortScales[place],
            _ => Values(token)[column],
        };
    }
}
