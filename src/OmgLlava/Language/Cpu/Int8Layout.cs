namespace OmgLlava.Language.Cpu;

/// <summary>
/// Whole numbers -127..127. A block is sixteen vectors of 32 bytes; byte <c>2 row + c</c> of vector v holds column <c>2 v + c</c>
/// of the row.
/// </summary>
internal sealed unsafe class Int8Layout : QuantizedLayout
{
    public const int BlockBytes = GroupRows * BlockColumns;

    private const int Largest = 127;

    public static readonly Int8Layout Instance = new();

    public override WeightFormat Format => WeightFormat.Int8;

    public override int SuperblockBytes => ScaleBytes + (2 * BlockBytes);

    protected override Half PackBlock(ReadOnlySpan<float> values, byte* numbers, int half, int row)
    {
        float extreme = 0;
        foreach (float value in values)
        {
            extreme = MathF.Max(extreme, MathF.Abs(value));
        }

        var scale = (Half)MathF.Min(extreme / Largest, LargestScale);
        float inverse = scale == default ? 0 : 1 / (float)scale;
        var block = (sbyte*)(numbers + (half * BlockBytes));
        for (int i = 0; i < BlockColumns; i++)
        {
            block[(i / 2 * 32) + (row * 2) + (i % 2)] = (sbyte)Math.Clamp(MathF.Round(values[i] * inverse), -Largest, Largest);
        }

        return scale;
    }

    public override int Number(byte* numbers, int half, int row, int column) =>
        ((sbyte*)numbers)[(half * BlockBytes) + (column / 2 * 32) + (row * 2) + (column % 2)];
}
