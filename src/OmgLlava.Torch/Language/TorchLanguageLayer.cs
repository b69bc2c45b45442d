using OmgLlava.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>One layer of a language model: grouped-query attention and a SwiGLU network, each behind an RMS norm and with a
/// residual.</summary>
internal sealed class TorchLanguageLayer : nn.Module
{
    private readonly RmsNorm _attentionNorm;
    private readonly LoraLinear _queryKeyValue;
    private readonly LoraLinear _attentionOutput;
    private readonly RmsNorm _feedForwardNorm;
    private readonly LoraLinear _gate;
    private readonly LoraLinear _up;
    private readonly LoraLinear _down;
    private readonly int _keyValueHeads;
    private readonly int _group;
    private readonly int _headSize;

    public TorchLanguageLayer(LanguageConfig config, Placement placement)
        : base(nameof(TorchLanguageLayer))
    {
        int width = config.HiddenSize;
        (_keyValueHeads, _group, _headSize) = (config.KeyValueHeads, config.Heads / config.KeyValueHeads, config.HeadSize);
        Group attention = this.Add("attention", new Group());
        _queryKeyValue = attention.Add("wqkv", new LoraLinear(width, config.FusedWidth, placement, config.HasQueryKeyValueBias));
        _attentionOutput = attention.Add("wo", new LoraLinear(config.AttentionWidth, width, placement, config.HasOutputBias));
        _attentionNorm = this.Add("attention_norm", new RmsNorm(width, config.NormEpsilon, placement));
        Group feedForward = this.Add("feed_forward", new Group());
        _gate = feedForward.Add("w1", new LoraLinear(width, config.FeedForwardSize, placement));
        _up = feedForward.Add("w3", new LoraLinear(width, config.FeedForwardSize, placement));
        _down = feedForward.Add("w2", new LoraLinear(config.FeedForwardSize, width, placement));
        _feedForwardNorm = this.Add("feed_forward_norm", new RmsNorm(width, config.NormEpsilon, placement));
    }

    /// <summary>The layers that can carry adapters, by their names within this layer.</summary>
    public IEnumerable<(string Name, LoraLinear Layer)> Linears =>
        [
            ("attention.wqkv", _queryKeyValue),
            ("attention.wo", _attentionOutput),
            ("feed_forward.w1", _gate),
            ("feed_forward.w3", _up),
            ("feed_forward.w2", _down),
        ];

    /// <param name="hidden">(B, T, D).</param>
    /// <param name="rotary">Angles of the new positions.</param>
    /// <param name="visible">Bool (B, 1, T, S): what each position sees; null when it sees everything.</param>
    /// <param name="cache">Earlier keys and values, which the new ones join; null to start from nothing.</param>
    /// <param name="index">Index of this layer in the cache.</param>
    public Tensor Forward(Tensor hidden, RotaryEmbedding rotary, Tensor? visible, KvCache? cache, int index)
    {
        using var scope = NewDisposeScope();
        Tensor x = hidden.Add(Attend(_attentionNorm.forward(hidden), rotary, visible, cache, index));
        Tensor normalized = _feedForwardNorm.forward(x);
        Tensor gated = nn.functional.silu(_gate.forward(normalized)).mul(_up.forward(normalized));
        return x.Add(_down.forward(gated)).MoveToOuterDisposeScope();
    }

    /// <summary>How the queries of one key head share out their attention.</summary>
    /// <param name="hidden">(B, T, D): the layer's input.</param>
    /// <param name="rotary">Angles of the positions.</param>
    /// <param name="visible">Bool (B or 1, 1, T, T).</param>
    /// <param name="keyHead">Index of the key head.</param>
    /// <returns>(B, queries of the head, T, T); rows sum to 1.</returns>
    public Tensor AttentionShares(Tensor hidden, RotaryEmbedding rotary, Tensor visible, int keyHead)
    {
        const double Never = -1e9;
        using var scope = NewDisposeScope();
        // (B, T, group + 2, size)
        Tensor own = _queryKeyValue
            .forward(_attentionNorm.forward(hidden))
            .unflatten(2, _keyValueHeads, _group + 2, _headSize)
            .select(2, keyHead);
        Tensor queries = rotary.Turn(own.narrow(2, 0, _group).transpose(1, 2)); // (B, group, T, size)
        Tensor keys = rotary.Turn(own.narrow(2, _group, 1).transpose(1, 2)); // (B, 1, T, size)
        Tensor scores = queries.matmul(keys.transpose(-1, -2)).to(float32).Div(Math.Sqrt(_headSize));
        return scores.Add(visible.logical_not().to(float32).Mul(Never)).softmax(-1).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x, RotaryEmbedding rotary, Tensor? visible, KvCache? cache, int index)
    {
        using var scope = NewDisposeScope();
        (long batch, long count) = (x.shape[0], x.shape[1]);
        // Rows of wqkv: for each key head its group of queries, then the key, then the value.
        Tensor fused = _queryKeyValue.forward(x).view(batch, count, _keyValueHeads, _group + 2, _headSize);
        Tensor queries = fused.narrow(3, 0, _group).flatten(2, 3).transpose(1, 2); // (B, heads, T, size)
        Tensor keys = rotary.Turn(fused.select(3, _group).transpose(1, 2)); // (B, KV heads, T, size)
        Tensor values = fused.select(3, _group + 1).transpose(1, 2);
        // Queries that share a key head become rows of one attention, so that keys need not be repeated.
        Tensor rows = rotary.Turn(queries).unflatten(1, _keyValueHeads, _group).flatten(2, 3); // (B, KV heads, group * T, size)
        if (cache is not null)
        {
            (keys, values) = cache.Append(index, keys, values);
        }

        Tensor? mask = visible is null || _group == 1 ? visible : visible.repeat(1, 1, _group, 1);
        Tensor joined = nn
            .functional.scaled_dot_product_attention(rows, keys, values, mask!)
            .unflatten(2, _group, count) // (B, KV heads, group, T, size)
            .flatten(1, 2)
            .transpose(1, 2)
            .flatten(2); // (B, T, heads * size)
        return _attentionOutput.forward(joined).MoveToOuterDisposeScope();
    }
}
