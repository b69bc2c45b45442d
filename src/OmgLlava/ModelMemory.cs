using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language.Cpu;
using OmgLlava.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;

namespace OmgLlava;

/// <summary>What loading a model takes of memory.</summary>
internal static class ModelMemory
{
    // measured: the widest intermediate maps of ConvNeXt-L, 192 channels at first, and of the pixel decoder, in float32
    private const double BytesPerInputPixel = 2600;
    private const double MeasuredWidth = 192;

    /// <summary>Of a model directory.</summary>
    /// <exception cref="OmgLlavaException">The directory is missing or damaged.</exception>
    public static MemoryBudget Estimate(string directory, LoadOptions options)
    {
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        return Estimate(config, weights, EngineChoice.For(directory, config, StoredType(weights), options));
    }

    /// <summary>Of weights that are open.</summary>
    public static MemoryBudget Estimate(OmgLlavaConfig config, ITensorSource weights, EngineChoice choice)
    {
        ElementType language =
            choice is { Language: LanguageEngine.Cpu, LanguageType: ElementType.Float16 }
                ? ElementType.Float32 // the C# engine has no float16 weights
                : choice.LanguageType;
        long bytes = weights.Tensors.Values.Sum(info =>
            CpuLoader.StaysInFile(info, config.Language) ? 0
            : IsLanguage(info.Name) && config.Quantization is not null ? info.ByteCount
            : info.ElementCount * Size(info)
        );
        double share = config.Perception.EncoderWidths[0] / MeasuredWidth * ElementTypes.Size(choice.VisionType) / sizeof(float);
        long working = (long)((double)config.Image.Size * config.Image.Size * BytesPerInputPixel * share);
        return new MemoryBudget(bytes + working, MemoryBudget.AvailableBytes());

        int Size(TensorInfo info) =>
            IsLanguage(info.Name) || info.Name.StartsWith("adapters.", StringComparison.Ordinal) ? ElementTypes.Size(language)
            : choice.TorchReason is null ? PackedMatrix.SizeOf(WeightReader.FormatOf(weights, info))
            : ElementTypes.Size(IsWide(info.Name) ? choice.VisionType : ElementType.Float32);
    }

    /// <summary>The type that the language model's weights are stored in.</summary>
    public static ElementType StoredType(ITensorSource weights) =>
        weights.Tensors.TryGetValue("language.token_embedding.weight", out TensorInfo? info) ? info.DType : ElementType.Float32;

    /// <summary>Whether a tensor is the language model's.</summary>
    public static bool IsLanguage(string name) => name.StartsWith("language.", StringComparison.Ordinal);

    /// <summary>Whether a tensor belongs to the parts that large models hold in 16 bits: image encoder and projectors.</summary>
    private static bool IsWide(string name) =>
        ((string[])["perception.image_encoder.", "visual_projector.", "text_projector."]).Any(part =>
            name.StartsWith(part, StringComparison.Ordinal)
        );
}
