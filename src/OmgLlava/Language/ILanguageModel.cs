using OmgLlava.Engine;

namespace OmgLlava.Language;

/// <summary>A language model as generation sees it; which executor computes it does not show.</summary>
internal interface ILanguageModel : IDisposable
{
    /// <summary>The model's shape.</summary>
    LanguageConfig Config { get; }

    /// <summary>Rows of the embedding, with the added tokens.</summary>
    int EmbeddingRows { get; }

    /// <summary>Looks tokens up.</summary>
    /// <param name="ids">Each below <see cref="EmbeddingRows"/>.</param>
    /// <returns>(T, D).</returns>
    Tensor Embed(ReadOnlySpan<int> ids);

    /// <summary>An empty cache.</summary>
    /// <param name="leftPadding">For each row of the batch, how many of the first positions are padding that nothing may
    /// see.</param>
    IKeyValueCache CreateCache(params int[] leftPadding);

    /// <summary>Runs the layers on new positions behind those that the cache holds, and adds them to it.</summary>
    /// <param name="embeddings">(B, T, D).</param>
    /// <param name="cache">Made by <see cref="CreateCache"/>.</param>
    /// <param name="cancellation">Stops the work within a layer or less; the cache is then as it was.</param>
    /// <returns>(B, T, D): hidden states after the final norm.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Tensor Forward(Tensor embeddings, IKeyValueCache cache, CancellationToken cancellation = default);

    /// <summary>Scores of the next token.</summary>
    /// <param name="hidden">(N, D), from <see cref="Forward"/>.</param>
    /// <returns>(N, embedding rows).</returns>
    Tensor Logits(Tensor hidden);
}
