namespace OmgLlava.Language.Cpu;

/// <summary>For each column the bfloat16 weights of 16 rows.</summary>
internal sealed unsafe class BFloat16Layout : WeightLayout
{
    public static readonly BFloat16Layout Instance = new();

    public override WeightFormat Format => WeightFormat.BFloat16;

    public override long GroupBytes(int columns) => (long)columns * GroupRows * sizeof(ushort);

    public override void Pack(float* rows, int columns, byte* group)
    {
        for (int i = 0; i < columns; i++)
        {
            for (int row = 0; row < GroupRows; row++)
            {
                ((ushort*)group)[(i * GroupRows) + row] = Round(rows[((long)row * columns) + i]);
            }
        }
    }

    public override void Unpack(byte* group, int row, int columns, float* values)
    {
        for (int i = 0; i < columns; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)group)[(i * GroupRows) + row] << 16);
        }
    }

    /// <summary>To the nearest, ties to even.</summary>
    private static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
