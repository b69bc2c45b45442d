using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Whole numbers, whose products take half the instructions of float32.</summary>
internal abstract unsafe partial class Kernels
{
    /// <summary>Rounds a row to whole numbers of 16 bits.</summary>
    /// <param name="x">The row.</param>
    /// <param name="to">What it becomes, -32767..32767.</param>
    /// <param name="count">Numbers in it.</param>
    /// <returns>What a 1 stands for.</returns>
    public abstract float RoundRow(float* x, short* to, int count);
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float RoundRow(float* x, short* to, int count)
    {
        TV extremes = default;
        int i = 0;
        for (; i + TS.Count <= count; i += TS.Count)
        {
            extremes = TS.LargerSize(extremes, TS.Load(x + i));
        }

        float* sizes = stackalloc float[TS.Count];
        TS.Store(extremes, sizes);
        float most = RowMath.Max(new ReadOnlySpan<float>(sizes, TS.Count));
        for (; i < count; i++)
        {
            most = MathF.Max(most, MathF.Abs(x[i]));
        }

        float factor = most > 0 ? short.MaxValue / most : 0;
        if (!float.IsFinite(factor)) // a row of next to nothing
        {
            factor = 0;
        }

        TV factors = TS.All(factor);
        for (i = 0; i + TS.Count <= count; i += TS.Count)
        {
            TS.StoreWhole(TS.Multiply(TS.Load(x + i), factors), to + i);
        }

        for (; i < count; i++)
        {
            to[i] = (short)MathF.Round(x[i] * factor);
        }

        return most / short.MaxValue;
    }
}
