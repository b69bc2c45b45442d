namespace OmgLlava;

/// <summary>What runs the language model.</summary>
public enum LanguageEngine
{
    /// <summary>The C# engine on a processor and for quantized weights, libtorch on a graphics card.</summary>
    Auto,

    /// <summary>libtorch, on any device, where OmgLlava.Torch is installed; cannot run quantized weights.</summary>
    Torch,

    /// <summary>The C# engine, on the processor whatever the device of perception is.</summary>
    Cpu,
}
