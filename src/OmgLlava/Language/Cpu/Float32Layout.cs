namespace OmgLlava.Language.Cpu;

/// <summary>For each column the float32 weights of 16 rows.</summary>
internal sealed unsafe class Float32Layout : WeightLayout
{
    public static readonly Float32Layout Instance = new();

    public override WeightFormat Format => WeightFormat.Float32;

    public override long GroupBytes(int columns) => (long)columns * GroupRows * sizeof(float);

    public override void Pack(float* rows, int columns, byte* group)
    {
        for (int i = 0; i < columns; i++)
        {
            for (int row = 0; row < GroupRows; row++)
            {
                ((float*)group)[(i * GroupRows) + row] = rows[((long)row * columns) + i];
            }
        }
    }

    public override void Unpack(byte* group, int row, int columns, float* values)
    {
        for (int i = 0; i < columns; i++)
        {
            values[i] = ((float*)group)[(i * GroupRows) + row];
        }
    }
}
