namespace OmgLlava.Engine;

/// <summary>The instructions that the kernels of quantized weights are written for.</summary>
public enum InstructionSet
{
    /// <summary>128-bit vectors that every processor has; correct, and slow.</summary>
    Portable,

    /// <summary>AVX2 and FMA.</summary>
    Avx2,

    /// <summary>AVX-512 with byte and word instructions.</summary>
    Avx512,
}
