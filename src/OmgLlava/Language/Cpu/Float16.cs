using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// float16 to float32 in vectors, for which .NET has no instruction of its own: the exponent and the fraction are put where
/// float32 has them, and the difference of the exponents' bias is multiplied in, which also serves numbers below the normal ones.
/// Infinities become large numbers.
/// </summary>
internal static class Float16
{
    private const float Bias = 5.192296858534828e33f; // 2^112
    private const int Kept = unchecked((int)0x8fffe000);

    /// <summary>Sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector256<ushort> bits)
    {
        Vector512<int> wide = Vector512.Create(Vector256.WidenLower(bits), Vector256.WidenUpper(bits)).AsInt32() << 16;
        return ((wide >> 3) & Vector512.Create(Kept)).AsSingle() * Vector512.Create(Bias);
    }

    /// <summary>Eight numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector128<ushort> bits)
    {
        Vector256<int> wide = Vector256.Create(Vector128.WidenLower(bits), Vector128.WidenUpper(bits)).AsInt32() << 16;
        return ((wide >> 3) & Vector256.Create(Kept)).AsSingle() * Vector256.Create(Bias);
    }

    /// <summary>Four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector128<float> ToSingle4(ushort* bits)
    {
        Vector128<int> wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)bits).AsUInt16()).AsInt32() << 16;
        return ((wide >> 3) & Vector128.Create(Kept)).AsSingle() * Vector128.Create(Bias);
    }
}
