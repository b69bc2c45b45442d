using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Engine;

/// <summary>Which instructions this processor has.</summary>
internal static class InstructionSets
{
    /// <summary>Environment variable that names the instructions to use: <c>portable</c>, <c>avx2</c> or <c>avx512</c>.</summary>
    public const string Variable = "OMG_INSTRUCTIONS";

    /// <summary>The widest that this processor has.</summary>
    public static InstructionSet Best =>
        IsSupported(InstructionSet.Avx512) ? InstructionSet.Avx512
        : IsSupported(InstructionSet.Avx2) ? InstructionSet.Avx2
        : InstructionSet.Portable;

    /// <summary>Those that this processor has, the widest last.</summary>
    public static IReadOnlyList<InstructionSet> Supported { get; } = [.. Enum.GetValues<InstructionSet>().Where(IsSupported)];

    /// <summary>Whether this processor has them.</summary>
    public static bool IsSupported(InstructionSet set) =>
        set switch
        {
            InstructionSet.Avx512 => Avx512BW.IsSupported && Avx512F.VL.IsSupported && Fma.IsSupported,
            InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
            _ => true,
        };

    /// <summary>The instructions to use: those that were asked for where the processor has them, else the best below
    /// them.</summary>
    /// <param name="wanted">What was asked for; null for what <see cref="Variable"/> names, or the best.</param>
    /// <param name="notes">Told, once, when it is less than was asked for, or when quantized weights will be slow.</param>
    /// <exception cref="OmgLlavaException"><see cref="Variable"/> names no instruction set.</exception>
    public static InstructionSet Choose(InstructionSet? wanted, Action<string>? notes = null)
    {
        InstructionSet asked = wanted ?? Named() ?? InstructionSet.Avx512;
        InstructionSet used = Supported.Last(set => set <= asked);
        if (used < asked && (wanted is not null || Named() is not null))
        {
            notes?.Invoke($"This processor lacks {asked}; the language model runs on {used} instructions.");
        }
        else if (used == InstructionSet.Portable && asked != used)
        {
            notes?.Invoke(
                X86Base.IsSupported
                    ? "This processor has neither AVX-512 nor AVX2; quantized weights run on portable instructions, "
                        + "correct but slow."
                    : "Quantized weights run on portable instructions on this kind of processor, correct but slow."
            );
        }

        return used;
    }

    private static InstructionSet? Named() =>
        Environment.GetEnvironmentVariable(Variable)?.Trim() switch
        {
            null or "" => null,
            { } name when Enum.TryParse(name, ignoreCase: true, out InstructionSet set) && Enum.IsDefined(set) => set,
            { } name => throw new OmgLlavaException($"{Variable} is '{name}'; it must be portable, avx2 or avx512."),
        };
}
