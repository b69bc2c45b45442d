using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Runtime;

/// <summary>What .NET does not tell of the processor.</summary>
internal static class ProcessorFeatures
{
    /// <summary>
    /// Whether it multiplies bfloat16 numbers itself: AVX512_BF16 (CPUID leaf 7.1, EAX bit 5) or AMX (leaf 7.0, EDX bit 22).
    /// Without it bfloat16 is slower than float32.
    /// </summary>
    public static bool HasBFloat16 { get; } =
        X86Base.IsSupported && ((Leaf(7, 0).Eax >= 1 && (Leaf(7, 1).Eax & (1 << 5)) != 0) || (Leaf(7, 0).Edx & (1 << 22)) != 0);

    private static (int Eax, int Ebx, int Ecx, int Edx) Leaf(int function, int index) =>
        X86Base.CpuId(0, 0).Eax >= function ? X86Base.CpuId(function, index) : default;
}
