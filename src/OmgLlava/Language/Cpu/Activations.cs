using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// What a matrix is multiplied with: some tokens, as float32 and, where quantized weights need them, as whole numbers with a
/// scale for every 32 columns of a token. Those lie block by block, the tokens of a block beside one another.
/// </summary>
internal sealed unsafe class Activations : IDisposable
{
    public const int BlockColumns = QuantizedLayout.BlockColumns;

    private const int LargestByte = 127;
    private const int LargestShort = 4095; // 13 bits: 32 products with 8-bit weights stay below 2^31

    private readonly AlignedMemory? _bytes;
    private readonly AlignedMemory? _shorts;
    private readonly AlignedMemory? _scales;
    private readonly int _tokens;
    private readonly int _blocks;

    /// <summary>Memory for tokens; filled by <see cref="Quantize"/>.</summary>
    /// <param name="values">(tokens, columns), float32, which must outlive this.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="columns">Their width.</param>
    /// <param name="formats">The formats of the weights that they will meet.</param>
    public Activations(float* values, int tokens, int columns, params ReadOnlySpan<WeightFormat> formats)
    {
        Values = values;
        (_tokens, Columns) = (tokens, columns);
        _blocks = 2 * QuantizedLayout.Superblocks(columns);
        long numbers = (long)_blocks * tokens * BlockColumns;
        if (formats.Contains(WeightFormat.Int4))
        {
            _bytes = AlignedMemory.Of<sbyte>(numbers);
        }

        if (formats.Contains(WeightFormat.Int8))
        {
            _shorts = AlignedMemory.Of<short>(numbers);
        }

        // Scales of both kinds, and for the first the sums that make up for the weights' zero.
        _scales = _bytes is null && _shorts is null ? null : AlignedMemory.Of<float>(3L * _blocks * tokens);
    }

    /// <summary>(tokens, columns).</summary>
    public float* Values { get; }

    /// <summary>Width.</summary>
    public int Columns { get; }

    /// <summary>Tokens there is room for: the distance of blocks.</summary>
    public int Tokens => _tokens;

    /// <summary>Blocks of a token, an even number.</summary>
    public int Blocks => _blocks;

    /// <summary>(blocks, tokens, 32): -127..127.</summary>
    public sbyte* Bytes => (sbyte*)_bytes!.Pointer;

    /// <summary>
    /// (blocks, tokens): what one of <see cref="Bytes"/> stands for. It has eight significant bits, so that its product with a
    /// sum of 4-bit weights and <see cref="Bytes"/> (16 bits) is exact.
    /// </summary>
    public float* ByteScales => (float*)_scales!.Pointer;

    /// <summary>(blocks, tokens): -8 times the sum of a block's <see cref="Bytes"/>, times the scale; exact as well.</summary>
    public float* Corrections => (float*)_scales!.Pointer + (2L * _blocks * _tokens);

    /// <summary>(blocks, tokens, 32): -4095..4095.</summary>
    public short* Shorts => (short*)_shorts!.Pointer;

    /// <summary>(blocks, tokens): what one of <see cref="Shorts"/> stands for.</summary>
    public float* ShortScales => (float*)_scales!.Pointer + ((long)_blocks * _tokens);

    /// <summary>Rounds the values of a token. Different tokens may be rounded at the same time.</summary>
    public void Quantize(int token)
    {
        if (_scales is null)
        {
            return;
        }

        float* row = Values + ((long)token * Columns);
        float* padded = stackalloc float[BlockColumns];
        for (int block = 0; block < _blocks; block++)
        {
            float* values = row + (block * BlockColumns);
            int count = Columns - (block * BlockColumns);
            if (count < BlockColumns)
            {
                var rest = new Span<float>(padded, BlockColumns);
                rest.Clear();
                if (count > 0)
                {
                    new ReadOnlySpan<float>(values, count).CopyTo(rest);
                }

                values = padded;
            }

            RoundBlock(values, ((long)block * _tokens) + token);
        }
    }

    public void Dispose()
    {
        _bytes?.Dispose();
        _shorts?.Dispose();
        _scales?.Dispose();
    }

    /// <summary>The next number of eight significant bits that is not smaller.</summary>
    private static float EightBits(float value) =>
        BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) + 0xFFFF) & 0xFFFF0000);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RoundBlock(float* values, long place)
    {
        Vector256<float> a = Vector256.Load(values);
        Vector256<float> b = Vector256.Load(values + 8);
        Vector256<float> c = Vector256.Load(values + 16);
        Vector256<float> d = Vector256.Load(values + 24);
        float extreme = Largest(
            Vector256.Max(Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)))
        );
        // The inverse of a smaller one overflows; a block of such numbers is as good as zero.
        extreme = extreme < 1e-30f ? 0 : extreme;
        if (_bytes is not null)
        {
            float scale = EightBits(extreme / LargestByte);
            float inverse = scale == 0 ? 0 : 1 / scale;
            Vector256<int> ia = Round(a, inverse),
                ib = Round(b, inverse),
                ic = Round(c, inverse),
                id = Round(d, inverse);
            Vector256.Narrow(Vector256.Narrow(ia, ib), Vector256.Narrow(ic, id)).Store(Bytes + (place * BlockColumns));
            ByteScales[place] = scale;
            Corrections[place] = -Int4Layout.Zero * Vector256.Sum(ia + ib + (ic + id)) * scale;
        }

        if (_shorts is not null)
        {
            float inverse = extreme == 0 ? 0 : LargestShort / extreme;
            short* target = Shorts + (place * BlockColumns);
            Vector256.Narrow(Round(a, inverse), Round(b, inverse)).Store(target);
            Vector256.Narrow(Round(c, inverse), Round(d, inverse)).Store(target + 16);
            ShortScales[place] = extreme / LargestShort;
        }
    }

    private static Vector256<int> Round(Vector256<float> values, float inverse) =>
        Vector256.ConvertToInt32(Vector256.Round(values * Vector256.Create(inverse)));

    private static float Largest(Vector256<float> values)
    {
        var half = Vector128.Max(values.GetLower(), values.GetUpper());
        return MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
    }
}
