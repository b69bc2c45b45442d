using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// Weights in blocks of 32 columns of a row, each with a float16 scale. Two blocks of 16 rows make a superblock: 2 x 16 scales,
/// then the whole numbers. The last superblock of a row is filled up with zeros.
/// </summary>
internal abstract unsafe class QuantizedLayout : WeightLayout
{
    /// <summary>Columns that share a scale.</summary>
    public const int BlockColumns = 32;

    /// <summary>Columns of a superblock.</summary>
    public const int SuperblockColumns = 64;

    /// <summary>Bytes of a superblock's scales, with which it begins.</summary>
    public const int ScaleBytes = 2 * GroupRows * 2;

    /// <summary>The largest scale that float16 holds.</summary>
    protected const float LargestScale = 65504;

    /// <summary>Bytes of a superblock.</summary>
    public abstract int SuperblockBytes { get; }

    /// <summary>Superblocks that so many columns take.</summary>
    public static int Superblocks(int columns) => (columns + SuperblockColumns - 1) / SuperblockColumns;

    public override long GroupBytes(int columns) => (long)Superblocks(columns) * SuperblockBytes;

    public override void Pack(float* rows, int columns, byte* group)
    {
        new Span<byte>(group, checked((int)GroupBytes(columns))).Clear();
        float* block = stackalloc float[BlockColumns];
        for (int start = 0; start < columns; start += BlockColumns)
        {
            int count = Math.Min(BlockColumns, columns - start);
            byte* superblock = Place(group, start, out int half);
            for (int row = 0; row < GroupRows; row++)
            {
                var values = new Span<float>(block, BlockColumns);
                values.Clear();
                new ReadOnlySpan<float>(rows + ((long)row * columns) + start, count).CopyTo(values);
                ((Half*)superblock)[(half * GroupRows) + row] = PackBlock(values, superblock + ScaleBytes, half, row);
            }
        }
    }

    /// <summary>What is said of scales that are not finite.</summary>
    public static OmgLlavaException Damaged(string tensor, string path) =>
        new($"'{tensor}' in '{path}' is damaged: it holds scales that are not finite. Quantize the model again.");

    /// <summary>Scales must be finite; whole numbers cannot be told to be damaged.</summary>
    public override bool IsSound(byte* groups, long bytes)
    {
        Vector256<ushort> exponent = Vector256.Create((ushort)0x7c00);
        for (byte* superblock = groups; superblock < groups + bytes; superblock += SuperblockBytes)
        {
            var scales = (ushort*)superblock;
            if (
                Vector256.EqualsAny(Vector256.Load(scales) & exponent, exponent)
                || Vector256.EqualsAny(Vector256.Load(scales + GroupRows) & exponent, exponent)
            )
            {
                return false;
            }
        }

        return true;
    }

    public override void Unpack(byte* group, int row, int columns, float* values)
    {
        for (int start = 0; start < columns; start += BlockColumns)
        {
            byte* superblock = Place(group, start, out int half);
            float scale = (float)((Half*)superblock)[(half * GroupRows) + row];
            for (int i = 0; i < Math.Min(BlockColumns, columns - start); i++)
            {
                values[start + i] = scale * Number(superblock + ScaleBytes, half, row, i);
            }
        }
    }

    /// <summary>Rounds one block of a row and puts it into its superblock, which is zero there.</summary>
    /// <param name="values">32 weights.</param>
    /// <param name="numbers">The superblock behind its scales.</param>
    /// <param name="half">Which of its two blocks.</param>
    /// <param name="row">0..15.</param>
    /// <returns>The scale.</returns>
    protected abstract Half PackBlock(ReadOnlySpan<float> values, byte* numbers, int half, int row);

    /// <summary>One whole number.</summary>
    public abstract int Number(byte* numbers, int half, int row, int column);

    /// <summary>The superblock of a column, and which of its blocks.</summary>
    private byte* Place(byte* group, int column, out int half)
    {
        half = column % SuperblockColumns / BlockColumns;
        return group + ((long)(column / SuperblockColumns) * SuperblockBytes);
    }
}
