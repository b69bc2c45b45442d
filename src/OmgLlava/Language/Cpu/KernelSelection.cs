using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>Which instructions serve which products.</summary>
internal static class KernelSelection
{
    /// <summary>
    /// AVX-512 for many tokens. For one token weights come from memory, and there 256-bit loads keep more cache lines in flight:
    /// they were as fast or faster in every measurement (docs/performance.md).
    /// </summary>
    public static KernelChoice Choose(CpuOptions options)
    {
        InstructionSet best = InstructionSets.Choose(options.Instructions, options.Notes);
        return new KernelChoice(best == InstructionSet.Avx512 && options.Instructions is null ? InstructionSet.Avx2 : best, best);
    }
}
