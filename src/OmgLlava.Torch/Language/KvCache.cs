using OmgLlava.Language;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>
/// Keys and values of every layer in memory that grows by doubling. It belongs to one conversation (or one batch) and is handed
/// to the model with each call, so that any number of conversations can use a model at once.
/// </summary>
internal sealed class KvCache : IKeyValueCache
{
    private const int FirstCapacity = 64;

    private readonly Tensor?[] _keys;
    private readonly Tensor?[] _values;

    internal KvCache(int layers, int[] leftPadding)
    {
        (_keys, _values) = (new Tensor?[layers], new Tensor?[layers]);
        LeftPadding = leftPadding.Length == 0 ? [0] : [.. leftPadding];
    }

    /// <inheritdoc/>
    public int Length { get; private set; }

    /// <summary>For each row of the batch, how many of the first positions are padding.</summary>
    public IReadOnlyList<int> LeftPadding { get; }

    /// <inheritdoc/>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? tensor in _keys.Concat(_values))
        {
            tensor?.Dispose();
        }

        Array.Clear(_keys);
        Array.Clear(_values);
        Length = 0;
    }

    /// <summary>Writes a layer's new keys and values behind the old ones.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="keys">(B, KV heads, T, head size).</param>
    /// <param name="values">(B, KV heads, T, head size).</param>
    /// <returns>Views of all keys and values, the new ones included.</returns>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values) =>
        (Append(ref _keys[layer], keys), Append(ref _values[layer], values));

    /// <summary>Counts the positions that all layers have appended.</summary>
    internal void Advance(int count) => Length += count;

    private Tensor Append(ref Tensor? store, Tensor added)
    {
        long total = Length + added.shape[2];
        if (store is null || store.shape[2] < total)
        {
            long capacity = Math.Max(FirstCapacity, store is null ? total : Math.Max(total, 2 * store.shape[2]));
            Tensor larger = empty([added.shape[0], added.shape[1], capacity, added.shape[3]], added.dtype, added.device)
                .DetachFromDisposeScope();
            if (store is not null && Length > 0)
            {
                larger.narrow(2, 0, Length).copy_(store.narrow(2, 0, Length));
            }

            store?.Dispose();
            store = larger;
        }

        store.narrow(2, Length, added.shape[2]).copy_(added);
        return store.narrow(2, 0, total);
    }
}
