using OmgLlava.Language;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>Language models and generation with TorchSharp's tensors, for training and comparisons.</summary>
internal static class TorchLanguageExtensions
{
    /// <summary>Int64 (B, T) to (B, T, D).</summary>
    public static Tensor Embed(this ILanguageModel model, Tensor ids)
    {
        int[] flat = [.. ids.cpu().contiguous().data<long>().Select(id => checked((int)id))];
        using Engine.Tensor rows = model.Embed(flat);
        return rows.ToTorch().view([.. ids.shape, model.Config.HiddenSize]);
    }

    /// <summary>(B, T, D) to (B, T, D).</summary>
    public static Tensor Forward(
        this ILanguageModel model,
        Tensor embeddings,
        IKeyValueCache cache,
        CancellationToken cancellation = default
    )
    {
        using Engine.Tensor input = embeddings.ToEngine();
        using Engine.Tensor hidden = model.Forward(input, cache, cancellation);
        return hidden.ToTorch();
    }

    /// <summary>(..., D) to (..., embedding rows).</summary>
    public static Tensor Logits(this ILanguageModel model, Tensor hidden)
    {
        using Engine.Tensor input = hidden.reshape(-1, hidden.shape[^1]).ToEngine();
        using Engine.Tensor logits = model.Logits(input);
        return logits.ToTorch().view([.. hidden.shape[..^1], model.EmbeddingRows]);
    }

    /// <summary>Generates one answer behind what the cache holds; the prompt is (1, T, D).</summary>
    public static IEnumerable<GenerationEvent> Generate(
        this TextGenerator generator,
        Tensor prompt,
        IKeyValueCache cache,
        GenerationOptions options,
        CancellationToken cancellation = default
    )
    {
        using Engine.Tensor input = prompt.ToEngine();
        foreach (GenerationEvent step in generator.Generate(input, cache, options, cancellation: cancellation))
        {
            yield return step;
        }
    }

    /// <summary>Generates answers to several prompts (T, D) at once.</summary>
    public static IEnumerable<GenerationEvent> GenerateBatch(
        this TextGenerator generator,
        IReadOnlyList<Tensor> prompts,
        GenerationOptions options,
        CancellationToken cancellation = default
    ) => generator.GenerateBatch([.. prompts.Select(prompt => prompt.ToEngine())], options, cancellation);
}
