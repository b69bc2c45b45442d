using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>
/// Multi-head attention with a joint input projection: <c>in_projection</c> (3C, C) holds those of queries, keys and values one
/// below the other,
/// <c>out_projection</c> (C, C) joins the heads.
/// </summary>
internal sealed class MultiHeadAttention
{
    private readonly PackedMatrix? _query;
    private readonly PackedMatrix? _key;
    private readonly PackedMatrix? _value;
    private readonly PackedMatrix _output;
    private readonly int _heads;

    public MultiHeadAttention(WeightReader weights, int channels, int heads)
    {
        _heads = heads;
        WeightReader input = weights.At("in_projection");
        using Tensor? matrix = input.Load("weight", 3 * channels, channels);
        using Tensor? bias = input.Load("bias", 3 * channels);
        PackedMatrix? Part(int part)
        {
            return matrix is null
                ? null
                : weights.Keep(
                    PackedMatrix.Of(
                        weights.Kernels,
                        matrix.Part(part * channels, channels),
                        bias!.Part(part * channels, channels),
                        input.FormatOf("weight")
                    )
                );
        }

        (_query, _key, _value) = (Part(0), Part(1), Part(2));
        _output = weights.At("out_projection").Linear(channels, channels);
    }

    /// <param name="kernels">Arithmetic.</param>
    /// <param name="query">(Q, C).</param>
    /// <param name="key">(K, C).</param>
    /// <param name="value">(K, C).</param>
    /// <param name="visible">(Q, K): not 0 where a query may look; null for everywhere.</param>
    /// <returns>(Q, C).</returns>
    public Tensor Forward(Kernels kernels, Tensor query, Tensor key, Tensor value, byte[]? visible = null)
    {
        using Tensor q = kernels.Multiply(query, _query!);
        using Tensor k = kernels.Multiply(key, _key!);
        using Tensor v = kernels.Multiply(value, _value!);
        using Tensor joined = kernels.Attend(q, k, v, _heads, visible);
        return kernels.Multiply(joined, _output);
    }

    /// <summary>What each query gets that sees itself alone.</summary>
    public Tensor ForwardAlone(Kernels kernels, Tensor value)
    {
        using Tensor v = kernels.Multiply(value, _value!);
        return kernels.Multiply(v, _output);
    }
}
