using OmgLlava.Language;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>The TorchSharp language model as generation sees it; disposes it.</summary>
internal sealed class TorchLanguage(TorchLanguageModel model) : ILanguageModel
{
    /// <inheritdoc/>
    public LanguageConfig Config => model.Config;

    /// <inheritdoc/>
    public int EmbeddingRows => model.EmbeddingRows;

    private Tensor Weight => (Tensor)model.named_parameters().First().parameter;

    /// <inheritdoc/>
    public Engine.Tensor Embed(ReadOnlySpan<int> ids)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        long[] rows = [.. ids.ToArray().Select(id => (long)id)];
        return model.Embed(tensor(rows, device: Weight.device)).ToEngine();
    }

    /// <inheritdoc/>
    public IKeyValueCache CreateCache(params int[] leftPadding) => model.CreateCache(leftPadding);

    /// <inheritdoc/>
    public Engine.Tensor Forward(Engine.Tensor embeddings, IKeyValueCache cache, CancellationToken cancellation = default)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Tensor weight = Weight;
        return model.Forward(embeddings.ToTorch().to(weight.dtype).to(weight.device), cache, cancellation).ToEngine();
    }

    /// <inheritdoc/>
    public Engine.Tensor Logits(Engine.Tensor hidden)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Tensor weight = Weight;
        return model.Logits(hidden.ToTorch().to(weight.dtype).to(weight.device)).ToEngine();
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
