using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>Reads columns of <see cref="BFloat16Layout"/>.</summary>
internal readonly unsafe struct BFloat16Weights : IFloatWeights
{
    public static int ColumnBytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Upper, Vector256<float> Lower) Load(byte* column)
    {
        Vector256<ushort> bits = Vector256.Load((ushort*)column);
        return ((Vector256.WidenLower(bits) << 16).AsSingle(), (Vector256.WidenUpper(bits) << 16).AsSingle());
    }
}
