using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>How the language model runs on the processor.</summary>
internal sealed record CpuOptions
{
    /// <summary>Threads that work, the caller's included; 0 for one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>The instructions to use where the processor has them; null for the fastest.</summary>
    public InstructionSet? Instructions { get; init; }

    /// <summary>How keys and values of earlier positions are held; null for float16 where the weights are quantized and float32
    /// elsewhere.</summary>
    public CacheFormat? Cache { get; init; }

    /// <summary>Told, once, what the user should know: that instructions are missing, for instance.</summary>
    public Action<string>? Notes { get; init; }
}
