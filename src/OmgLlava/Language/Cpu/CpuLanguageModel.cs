using OmgLlava.Engine;
using OmgLlava.Weights;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// A language model of any family without libtorch: quantized or plain weights, kernels in C#. Answers are those of the
/// TorchSharp modules up to the rounding of the weights. It may be used from several threads at once; they take turns.
/// </summary>
internal sealed unsafe class CpuLanguageModel : ILanguageModel
{
    private const int PassTokens = 512; // bounds the memory of intermediate results

    private readonly ThreadTeam _team;
    private readonly CacheFormat _cache;

    internal CpuLanguageModel(
        LanguageConfig config,
        CpuOptions options,
        ITokenEmbedding embedding,
        IReadOnlyList<CpuLayer> layers,
        AlignedMemory norm,
        Matrix head
    )
    {
        (Config, Embedding, Layers, Norm, Head) = (config, embedding, layers, norm, head);
        bool quantized = Formats(layer => layer.QueryKeyValue).Any(format => format is WeightFormat.Int4 or WeightFormat.Int8);
        _cache = options.Cache ?? (quantized ? CacheFormat.Float16 : CacheFormat.Float32);
        _team = new ThreadTeam(options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
    }

    /// <inheritdoc/>
    public LanguageConfig Config { get; }

    /// <inheritdoc/>
    public int EmbeddingRows => Embedding.Rows;

    /// <summary>Bytes of all weights in memory.</summary>
    public long WeightBytes => Matrices.Sum(matrix => matrix.ByteCount);

    internal ITokenEmbedding Embedding { get; }

    internal IReadOnlyList<CpuLayer> Layers { get; }

    internal AlignedMemory Norm { get; }

    internal Matrix Head { get; }

    private IEnumerable<Matrix> Matrices =>
        Layers.SelectMany(layer => layer.Matrices).Concat(Embedding is Matrix held ? [held] : []).Append(Head).Distinct();

    /// <summary>Reads a model.</summary>
    /// <param name="weights">Tensors by our names, such as <c>layers.0.attention.wqkv.weight</c>, behind a prefix.</param>
    /// <param name="prefix">What stands before the names; <c>language.</c> in a model directory.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="embeddingRows">Rows of embedding and head.</param>
    /// <param name="quantization">How the weights shall be held. Tensors that are stored so are copied; plain ones are rounded.
    /// Null: as stored.</param>
    /// <param name="options">Threads, instructions, cache.</param>
    /// <param name="progress">Told the bytes of each tensor that was read.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">A tensor is missing, damaged, or not what the configuration says.</exception>
    public static CpuLanguageModel Load(
        ITensorSource weights,
        string prefix,
        LanguageConfig config,
        int embeddingRows,
        QuantizationConfig? quantization = null,
        CpuOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        config.Validate();
        var loader = new CpuLoader(weights, prefix, quantization, options ?? new CpuOptions(), progress, cancellation);
        return loader.Load(config, embeddingRows);
    }

    /// <inheritdoc/>
    public Tensor Embed(ReadOnlySpan<int> ids)
    {
        var result = new Tensor(ids.Length, Config.HiddenSize);
        for (int i = 0; i < ids.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ids[i], (uint)EmbeddingRows, nameof(ids));
            Embedding.CopyRow(ids[i], result.Data + ((long)i * Config.HiddenSize));
        }

        return result;
    }

    /// <inheritdoc/>
    public IKeyValueCache CreateCache(params int[] leftPadding) => new CpuKvCache(this, Config, _cache, leftPadding);

    /// <inheritdoc/>
    public Tensor Forward(Tensor embeddings, IKeyValueCache cache, CancellationToken cancellation = default)
    {
        if (cache is not CpuKvCache store || store.Owner != this)
        {
            throw new ArgumentException("The cache belongs to another executor.", nameof(cache));
        }

        int rows = store.LeftPadding.Count;
        if (embeddings.Shape is not [var batch, > 0, var width] || batch != rows || width != Config.HiddenSize)
        {
            throw new ArgumentException(
                $"The embeddings must be ({rows}, T, {Config.HiddenSize}), not ({string.Join(", ", embeddings.Shape)}).",
                nameof(embeddings)
            );
        }

        int tokens = embeddings.Shape[1];
        var result = new Tensor(rows, tokens, Config.HiddenSize);
        int before = store.Length;
        try
        {
            using var rotary = new RotaryTable(Config, store, tokens);
            store.Reserve(before + tokens);
            int step = Math.Max(1, PassTokens / rows);
            for (int first = 0; first < tokens; first += step)
            {
                int count = Math.Min(step, tokens - first);
                RunPass(embeddings.Data, result.Data, store, rotary, (first, count, tokens), cancellation);
            }

            store.Advance(tokens);
            return result;
        }
        catch
        {
            store.Truncate(before); // gives back what was reserved
            result.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor hidden)
    {
        int tokens = hidden.Rows;
        var result = new Tensor(tokens, EmbeddingRows);
        using var activations = new Activations(hidden.Data, tokens, Config.HiddenSize, Head.Format);
        for (int token = 0; token < tokens; token++)
        {
            activations.Quantize(token);
        }

        new Products(_team).Multiply(Head, activations, tokens, result.Data, add: false, CancellationToken.None);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        Embedding.Dispose();
        Head.Dispose();
        Norm.Dispose();
        foreach (CpuLayer layer in Layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>The formats of some matrices of all layers.</summary>
    internal WeightFormat[] Formats(params Func<CpuLayer, Matrix>[] which) =>
        [.. Layers.SelectMany(layer => which.Select(matrix => matrix(layer).Format)).Distinct()];

    private void RunPass(
        float* from,
        float* to,
        CpuKvCache cache,
        RotaryTable rotary,
        (int First, int Count, int All) span,
        CancellationToken cancellation
    )
    {
        int rows = cache.LeftPadding.Count;
        int width = Config.HiddenSize;
        long size = (long)span.Count * width;
        using var hidden = AlignedMemory.Of<float>(rows * size);
        for (int row = 0; row < rows; row++)
        {
            new Span<float>(from + ((((long)row * span.All) + span.First) * width), (int)size).CopyTo(
                new Span<float>((float*)hidden.Pointer + (row * size), (int)size)
            );
        }

        using (var pass = new ForwardPass(this, cache, _team, rotary, span, cancellation))
        {
            pass.Run((float*)hidden.Pointer);
        }

        for (int row = 0; row < rows; row++)
        {
            new Span<float>((float*)hidden.Pointer + (row * size), (int)size).CopyTo(
                new Span<float>(to + ((((long)row * span.All) + span.First) * width), (int)size)
            );
        }
    }
}
