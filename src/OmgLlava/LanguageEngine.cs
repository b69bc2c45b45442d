namespace OmgLlava;

/// <summary>What runs the language model.</summary>
public enum LanguageEngine
{
    /// <summary>The C# engine on a processor and for quantized weights, TorchSharp on a graphics card and for adapters that are
    /// kept apart.</summary>
    Auto,

    /// <summary>TorchSharp, on any device; cannot run quantized weights.</summary>
    Torch,

    /// <summary>The C# engine, on the processor whatever the device of perception is.</summary>
    Cpu,
}
