using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Vision;
using OmgLlava.Weights;

namespace OmgLlava;

/// <summary>The names and shapes of the tensors that a configuration asks for, from the code that reads them.</summary>
internal static class ModelTensors
{
    private const string LanguagePrefix = "language.";

    /// <summary>All tensors of a model directory, as they are stored; those that inference does not use, too.</summary>
    /// <exception cref="OmgLlavaException">The configuration does not fit together.</exception>
    public static IReadOnlyList<TensorInfo> Describe(OmgLlavaConfig config)
    {
        config.Validate();
        using var alone = new ThreadTeam(1);
        var vision = new WeightReader(null, Kernels.For(InstructionSet.Portable, alone));
        _ = new VisionModel(vision, config.Perception, config.Alignment, config.Image);
        IReadOnlyList<TensorInfo> language = [.. Language(config)];
        IEnumerable<TensorInfo> adapters = config.Lora is { } lora
            ? language.SelectMany(info => Adapter(info, config.Language, lora))
            : [];
        return [.. vision.Asked.Concat(language).Concat(adapters).Select(info => Stored(info, config.Quantization))];
    }

    /// <summary>How a tensor is stored: packed, if it is a matrix of a quantized language model.</summary>
    public static TensorInfo Stored(TensorInfo info, QuantizationConfig? quantization)
    {
        string name = info.Name.StartsWith(LanguagePrefix, StringComparison.Ordinal) ? info.Name[LanguagePrefix.Length..] : "";
        return quantization is not null && name.Length > 0 && QuantizationConfig.IsMatrix(name)
            ? MatrixPacker.Describe(info.Name, quantization.FormatOf(name), (int)info.Shape[0], (int)info.Shape[1])
            : info;
    }

    /// <summary>The adapter of a linear layer: a (rank, in) and b (out, rank); none for other tensors.</summary>
    private static IEnumerable<TensorInfo> Adapter(TensorInfo info, LanguageConfig language, LoraConfig lora)
    {
        bool linear = info.Name.StartsWith($"{LanguagePrefix}layers.", StringComparison.Ordinal) && info.Shape.Count == 2;
        if (linear || (info.Name == $"{LanguagePrefix}head.weight" && language.AdaptsHead))
        {
            string name = $"adapters.{info.Name[LanguagePrefix.Length..^".weight".Length]}";
            yield return info with
            {
                Name = $"{name}.a",
                Shape = [lora.Rank, info.Shape[1]],
            };
            yield return info with
            {
                Name = $"{name}.b",
                Shape = [info.Shape[0], lora.Rank],
            };
        }
    }

    private static IEnumerable<TensorInfo> Language(OmgLlavaConfig config)
    {
        LanguageConfig language = config.Language;
        (int width, int wide) = (language.HiddenSize, language.FeedForwardSize);
        yield return Info("token_embedding.weight", config.EmbeddingRows, width);
        for (int i = 0; i < language.Layers; i++)
        {
            yield return Info($"layers.{i}.attention_norm.weight", width);
            yield return Info($"layers.{i}.attention.wqkv.weight", language.FusedWidth, width);
            if (language.HasQueryKeyValueBias)
            {
                yield return Info($"layers.{i}.attention.wqkv.bias", language.FusedWidth);
            }

            yield return Info($"layers.{i}.attention.wo.weight", width, language.AttentionWidth);
            if (language.HasOutputBias)
            {
                yield return Info($"layers.{i}.attention.wo.bias", width);
            }

            yield return Info($"layers.{i}.feed_forward_norm.weight", width);
            yield return Info($"layers.{i}.feed_forward.w1.weight", wide, width);
            yield return Info($"layers.{i}.feed_forward.w3.weight", wide, width);
            yield return Info($"layers.{i}.feed_forward.w2.weight", width, wide);
        }

        yield return Info("norm.weight", width);
        if (!language.TieWordEmbeddings)
        {
            yield return Info("head.weight", config.EmbeddingRows, width);
        }

        static TensorInfo Info(string name, params int[] shape) =>
            new(LanguagePrefix + name, ElementType.Float32, [.. shape.Select(size => (long)size)]);
    }
}
