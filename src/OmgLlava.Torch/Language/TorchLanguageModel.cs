using OmgLlava.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>A language model of any family and size, in TorchSharp. It holds no state but its weights.</summary>
internal sealed class TorchLanguageModel : nn.Module
{
    private readonly Tensor _embedding;
    private readonly TorchLanguageLayer[] _layers;
    private readonly RmsNorm _norm;
    private readonly LoraLinear? _head;

    /// <summary>Builds the model with uninitialised weights.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="embeddingRows">Rows of embedding and head: the vocabulary with the tokens added to it.</param>
    /// <param name="placement">Type and device of the weights.</param>
    /// <exception cref="OmgLlavaException">The configuration does not fit together.</exception>
    public TorchLanguageModel(LanguageConfig config, int embeddingRows, Placement placement)
        : base(nameof(TorchLanguageModel))
    {
        config.Validate();
        (Config, EmbeddingRows) = (config, embeddingRows);
        Group embedding = this.Add("token_embedding", new Group());
        _embedding = embedding.AddParameter("weight", placement, embeddingRows, config.HiddenSize);
        _layers = this.AddList(
            "layers",
            Enumerable.Range(0, config.Layers).Select(_ => new TorchLanguageLayer(config, placement))
        );
        _norm = this.Add("norm", new RmsNorm(config.HiddenSize, config.NormEpsilon, placement));
        _head = config.TieWordEmbeddings ? null : this.Add("head", new LoraLinear(config.HiddenSize, embeddingRows, placement));
    }

    /// <summary>The model's shape.</summary>
    public LanguageConfig Config { get; }

    /// <summary>Rows of the embedding, with the added tokens.</summary>
    public int EmbeddingRows { get; }

    /// <summary>Every layer that can carry an adapter, by name; last the head, where it can.</summary>
    internal IEnumerable<(string Name, LoraLinear Layer)> Linears =>
        _layers
            .Index()
            .SelectMany(layer => layer.Item.Linears.Select(linear => ($"layers.{layer.Index}.{linear.Name}", linear.Layer)))
            .Concat(Config.AdaptsHead ? [("head", _head!)] : []);

    /// <summary>Looks tokens up: int64 (B, T) to (B, T, D).</summary>
    public Tensor Embed(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return _embedding.index_select(0, ids.flatten()).view([.. ids.shape, Config.HiddenSize]).MoveToOuterDisposeScope();
    }

    /// <summary>An empty cache.</summary>
    /// <param name="leftPadding">For each row of the batch, how many of the first positions are padding that nothing may
    /// see.</param>
    public IKeyValueCache CreateCache(params int[] leftPadding) => new KvCache(_layers.Length, leftPadding);

    /// <summary>Runs the layers on new positions behind those that the cache holds, and adds them to it.</summary>
    /// <param name="embeddings">(B, T, D).</param>
    /// <param name="cache">Made by <see cref="CreateCache"/>.</param>
    /// <param name="cancellation">Stops the work within a layer or less; the cache is then as it was.</param>
    /// <returns>(B, T, D): hidden states after the final norm.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Tensor Forward(Tensor embeddings, IKeyValueCache cache, CancellationToken cancellation = default)
    {
        if (cache is not KvCache store)
        {
            throw new ArgumentException("The cache belongs to another executor.", nameof(cache));
        }

        using var scope = NewDisposeScope();
        (long batch, long count) = (embeddings.shape[0], embeddings.shape[1]);
        Device device = embeddings.device;
        long total = store.Length + count;
        Tensor padding = tensor(store.LeftPadding.Select(p => (long)p).ToArray(), device: device).unsqueeze(1); // (B, 1)
        Tensor slots = ScalarArithmetic.Arange(store.Length, total, 1, int64, device).unsqueeze(0); // (1, T)
        Tensor positions = slots.sub(padding).ClampMin(0).expand(batch, count);
        Tensor? visible = null;
        if (count > 1 || store.LeftPadding.Any(p => p > 0) || total > Config.SlidingWindow)
        {
            Tensor all = ScalarArithmetic.Arange(total, int64, device).reshape(1, 1, -1); // (1, 1, S)
            Tensor now = slots.unsqueeze(-1); // (1, T, 1)
            // Padding sees itself, since attention over nothing is undefined.
            // (B, 1, T, S)
            visible = Past(all, now).logical_and(all.ge(padding.unsqueeze(-1))).logical_or(all.eq(now)).unsqueeze(1);
        }

        Tensor hidden = Run(embeddings, positions, visible, store, total, null, cancellation);
        store.Advance((int)count);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Runs whole sequences without a cache, as training does; gradients flow.</summary>
    /// <param name="embeddings">(B, T, D).</param>
    /// <param name="attentionMask">(B, T), see <see cref="Alignment.PromptTokens.Mask"/>; null for one conversation without
    /// padding.</param>
    /// <param name="positions">Int64 (B, T); null to count from 0.</param>
    /// <param name="layerInputs">Receives the input of every layer, if given.</param>
    /// <returns>(B, T, D): hidden states after the final norm.</returns>
    public Tensor Forward(Tensor embeddings, Tensor? attentionMask, Tensor? positions, ICollection<Tensor>? layerInputs = null)
    {
        using var scope = NewDisposeScope();
        (long batch, long count) = (embeddings.shape[0], embeddings.shape[1]);
        Tensor visible = Visible(count, attentionMask, embeddings.device);
        Tensor places = positions ?? ScalarArithmetic.Arange(count, int64, embeddings.device).unsqueeze(0).expand(batch, count);
        return Run(embeddings, places, visible, null, count, layerInputs, CancellationToken.None).MoveToOuterDisposeScope();
    }

    /// <summary>How a layer shares out the attention of the first key head's queries in such a run; gradients flow.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="input">(B, T, D): its input.</param>
    /// <param name="attentionMask">(B, T), see <see cref="Alignment.PromptTokens.Mask"/>.</param>
    /// <param name="positions">Int64 (B, T).</param>
    /// <returns>(B, queries, T, T): from each position to each; rows sum to 1.</returns>
    internal Tensor AttentionShares(int layer, Tensor input, Tensor attentionMask, Tensor positions)
    {
        using var scope = NewDisposeScope();
        long count = input.shape[1];
        RotaryEmbedding rotary = RotaryEmbedding.Compute(Config, positions, count, input.dtype);
        return _layers[layer]
            .AttentionShares(input, rotary, Visible(count, attentionMask, input.device), keyHead: 0)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Bool (B or 1, 1, T, T): what each position of whole sequences sees; padding sees itself, since attention over
    /// nothing is undefined.</summary>
    private Tensor Visible(long count, Tensor? attentionMask, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor places = ScalarArithmetic.Arange(count, int64, device);
        Tensor causal = Past(places.unsqueeze(0), places.unsqueeze(1)).unsqueeze(0); // (1, T, T)
        Tensor self = places.unsqueeze(0).eq(places.unsqueeze(1)).unsqueeze(0);
        if (attentionMask is null)
        {
            return causal.unsqueeze(1).MoveToOuterDisposeScope();
        }

        Tensor seen = attentionMask.to(int64).unsqueeze(1); // (B, 1, T)
        Tensor together = seen.eq(seen.transpose(1, 2)).logical_or(seen.Eq(Alignment.PromptRow.Shared)); // (B, T, T)
        return causal
            .logical_and(seen.Eq(0).logical_not())
            .logical_and(together)
            .logical_or(self)
            .unsqueeze(1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Which places a place may see: itself and those before it, as far back as the window goes.</summary>
    private Tensor Past(Tensor places, Tensor now)
    {
        Tensor past = places.le(now);
        return Config.SlidingWindow is { } window ? past.logical_and(places.gt(now.Add(-(long)window))) : past;
    }

    /// <summary>Scores of the next token: (..., D) to (..., embedding rows), float32.</summary>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        Tensor scores = _head?.forward(hidden) ?? nn.functional.linear(hidden, _embedding);
        return scores.to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Lets adapters take part in every forward pass from now on. Not to be called while the model is in use.</summary>
    public void Attach(LoraAdapters adapters)
    {
        foreach ((string name, LoraLinear layer) in Linears)
        {
            layer.Use(adapters.Adapters[name]);
        }
    }

    /// <summary>Runs without adapters again; the weights are as before.</summary>
    public void Detach()
    {
        foreach ((_, LoraLinear layer) in Linears)
        {
            layer.Use(null);
        }
    }

    /// <summary>Adds what adapters change into the weights, for good. Attached ones are detached.</summary>
    public void Merge(LoraAdapters adapters)
    {
        using var noGradient = no_grad();
        foreach ((string name, LoraLinear layer) in Linears)
        {
            using Tensor delta = adapters.Adapters[name].Delta();
            using Tensor merged = layer.Weight.to(float32).Add(delta);
            layer.Weight.copy_(merged);
        }

        Detach();
    }

    private Tensor Run(
        Tensor embeddings,
        Tensor positions,
        Tensor? visible,
        KvCache? cache,
        long length,
        ICollection<Tensor>? layerInputs,
        CancellationToken cancellation
    )
    {
        RotaryEmbedding rotary = RotaryEmbedding.Compute(Config, positions, length, embeddings.dtype);
        Tensor hidden = embeddings;
        foreach ((int index, TorchLanguageLayer layer) in _layers.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            layerInputs?.Add(hidden.alias().MoveToOuterDisposeScope());
            Tensor next = layer.Forward(hidden, rotary, visible, cache, index);
            if (index > 0)
            {
                hidden.Dispose();
            }

            hidden = next;
        }

        return _norm.forward(hidden);
    }
}
