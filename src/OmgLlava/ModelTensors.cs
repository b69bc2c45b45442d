using OmgLlava.Engine;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Vision;
using OmgLlava.Weights;

namespace OmgLlava;

/// <summary>The names and shapes of the tensors that a configuration asks for, from the code that reads them.</summary>
internal static class ModelTensors
{
    /// <summary>All tensors of a model directory whose adapters are merged, as they are stored.</summary>
    public static IReadOnlyList<TensorInfo> Describe(OmgLlavaConfig config)
    {
        config.Validate();
        using var alone = new ThreadTeam(1);
        var vision = new WeightReader(null, Kernels.For(InstructionSet.Portable, alone));
        _ = new VisionModel(vision, config);
        return [.. vision.Asked.Concat(Language(config)).Select(info => OmgLlavaNetwork.Stored(info, config.Quantization))];
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
            new($"language.{name}", TorchSharp.torch.ScalarType.Float32, [.. shape.Select(size => (long)size)]);
    }
}
