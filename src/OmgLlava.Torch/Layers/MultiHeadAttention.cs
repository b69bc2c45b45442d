using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>
/// Multi-head attention with a joint input projection: <c>in_projection</c> (3C, C) holds the query, key and value
/// projections one below the other, <c>out_projection</c> (C, C) joins the heads.
/// </summary>
internal sealed class MultiHeadAttention : nn.Module
{
    private readonly Linear _input;
    private readonly Linear _output;
    private readonly long _channels;
    private readonly long _heads;

    public MultiHeadAttention(long channels, long heads, Placement placement)
        : base(nameof(MultiHeadAttention))
    {
        _input = this.Add("in_projection", new Linear(channels, 3 * channels, placement));
        _output = this.Add("out_projection", new Linear(channels, channels, placement));
        (_channels, _heads) = (channels, heads);
    }

    /// <param name="query">(B, Q, C).</param>
    /// <param name="key">(B, K, C).</param>
    /// <param name="value">(B, K, C).</param>
    /// <param name="allowed">Bool, broadcastable to (B, 1, Q, K): true where a query may look; null allows all.</param>
    /// <returns>(B, Q, C).</returns>
    public Tensor Forward(Tensor query, Tensor key, Tensor value, Tensor? allowed)
    {
        using var scope = NewDisposeScope();
        Tensor q = Heads(_input.ForwardPart(query, 0, _channels)); // (B, heads, Q, C / heads)
        Tensor k = Heads(_input.ForwardPart(key, _channels, _channels));
        Tensor v = Heads(_input.ForwardPart(value, 2 * _channels, _channels));
        Tensor joined = nn.functional.scaled_dot_product_attention(q, k, v, allowed!).transpose(1, 2).flatten(2); // (B, Q, C)
        return _output.forward(joined).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor x) => x.unflatten(2, _heads, -1).transpose(1, 2);
}
