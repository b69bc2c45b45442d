using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>Reads columns of <see cref="Float32Layout"/>.</summary>
internal readonly unsafe struct Float32Weights : IFloatWeights
{
    public static int ColumnBytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Upper, Vector256<float> Lower) Load(byte* column) =>
        (Vector256.Load((float*)column), Vector256.Load((float*)column + 8));
}
