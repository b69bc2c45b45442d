using OmgLlava.Formats;
using OmgLlava.Runtime;

namespace OmgLlava;

/// <summary>What computes the parts of a model, and in which types of numbers.</summary>
/// <param name="Language">What runs the language model.</param>
/// <param name="LanguageType">Type of its weights where they are not quantized.</param>
/// <param name="VisionType">Type of image encoder and projectors.</param>
/// <param name="TorchReason">What libtorch is needed for, as the beginning of a sentence; null where it is not.</param>
internal sealed record EngineChoice(
    LanguageEngine Language,
    ElementType LanguageType,
    ElementType VisionType,
    string? TorchReason
)
{
    // ConvNeXt-B and L, ResNet-50; the 512 of a ResNet-18 are few
    private const int LargeWidth = 1024;

    /// <summary>Chooses.</summary>
    /// <param name="directory">The model directory, for messages.</param>
    /// <param name="config">The model.</param>
    /// <param name="stored">Type that the language model's weights are stored in.</param>
    /// <param name="options">What the user wants.</param>
    /// <exception cref="OmgLlavaException">What is wanted does not go together.</exception>
    public static EngineChoice For(string directory, OmgLlavaConfig config, ElementType stored, LoadOptions options)
    {
        if (options.Engine == LanguageEngine.Torch && config.Quantization is not null)
        {
            throw new OmgLlavaException(
                $"'{directory}' is quantized, which only the C# engine runs; load it with the engine 'cpu' or 'auto'."
            );
        }

        LanguageEngine engine = ForLanguage(config, options);
        ElementType vision = ForVision(config, options);
        string? reason =
            options.Engine == LanguageEngine.Torch ? "The engine 'torch'"
            : options.Device != "cpu" ? $"The device '{options.Device}'"
            : engine == LanguageEngine.Torch ? $"A language model in {options.LanguageType}"
            : vision != ElementType.Float32 ? $"Perception in {vision}"
            : null;
        return new EngineChoice(engine, options.LanguageType ?? stored, vision, reason);
    }

    private static LanguageEngine ForLanguage(OmgLlavaConfig config, LoadOptions options)
    {
        bool torch =
            config.Quantization is null
            && (options.Device != "cpu" || options.LanguageType is not (null or ElementType.Float32 or ElementType.BFloat16));
        return options.Engine != LanguageEngine.Auto ? options.Engine
            : torch ? LanguageEngine.Torch
            : LanguageEngine.Cpu;
    }

    /// <summary>Only libtorch computes perception in another type than float32. Small encoders gain nothing of bfloat16: their
    /// time goes elsewhere.</summary>
    private static ElementType ForVision(OmgLlavaConfig config, LoadOptions options)
    {
        bool fast =
            options.Device != "cpu"
            || (ProcessorFeatures.HasBFloat16 && options.Engine != LanguageEngine.Cpu && TorchLibrary.Installed is not null);
        return options.VisionType
            ?? (fast && config.Perception.EncoderWidths[^1] >= LargeWidth ? ElementType.BFloat16 : ElementType.Float32);
    }
}
