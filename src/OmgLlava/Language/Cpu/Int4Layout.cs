namespace OmgLlava.Language.Cpu;

/// <summary>
/// Whole numbers -8..7, stored as 0..15. A block is four vectors of 64 bytes; byte <c>4 row + c</c> of vector v holds column
/// <c>8 v + c</c> of the row in its low half and column <c>8 v + 4 + c</c> in its high half.
/// </summary>
internal sealed unsafe class Int4Layout : QuantizedLayout
{
    public const int BlockBytes = GroupRows * BlockColumns / 2;

    /// <summary>What is subtracted from the stored numbers.</summary>
    public const int Zero = 8;

    public static readonly Int4Layout Instance = new();

    public override WeightFormat Format => WeightFormat.Int4;

    public override int SuperblockBytes => ScaleBytes + (2 * BlockBytes);

    /// <summary>
    /// The extreme weight becomes -8 or 7 and candidates around that scale are tried, since a little clipping often costs less
    /// than coarser steps do; the one with the least squared error is taken.
    /// </summary>
    protected override Half PackBlock(ReadOnlySpan<float> values, byte* numbers, int half, int row)
    {
        float extreme = 0;
        foreach (float value in values)
        {
            extreme = MathF.Abs(value) > MathF.Abs(extreme) ? value : extreme;
        }

        Half best = default;
        float least = float.PositiveInfinity;
        for (int candidate = 0; candidate < 8 && extreme != 0; candidate++)
        {
            var scale = (Half)Math.Clamp(extreme / (-8.4f + (0.3f * candidate)), -LargestScale, LargestScale);
            float error = Error(values, (float)scale);
            (best, least) = error < least ? (scale, error) : (best, least);
        }

        float step = (float)best;
        float inverse = step == 0 ? 0 : 1 / step;
        byte* block = numbers + (half * BlockBytes);
        for (int i = 0; i < BlockColumns; i++)
        {
            int stored = Zero + Round(values[i] * inverse);
            block[((i / 8) * 64) + (row * 4) + (i % 4)] |= (byte)(stored << (i % 8 / 4 * 4));
        }

        return best;
    }

    public override int Number(byte* numbers, int half, int row, int column)
    {
        byte both = numbers[(half * BlockBytes) + (column / 8 * 64) + (row * 4) + (column % 4)];
        return ((both >> (column % 8 / 4 * 4)) & 15) - Zero;
    }

    private static float Error(ReadOnlySpan<float> values, float scale)
    {
        float inverse = scale == 0 ? 0 : 1 / scale;
        float sum = 0;
        foreach (float value in values)
        {
            float error = value - (scale * Round(value * inverse));
            sum += error * error;
        }

        return sum;
    }

    private static int Round(float value) => (int)Math.Clamp(MathF.Round(value), -Zero, Zero - 1);
}
