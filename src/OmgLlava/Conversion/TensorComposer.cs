using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Makes a tensor of the model of the published ones: W, or W + scale B A where an adapter is merged, in float32 and rounded
/// once. Large tensors are worked on in blocks of rows, so that it takes the memory of what is read and written and little more.
/// </summary>
/// <param name="claims">Where the published tensors are.</param>
/// <param name="scale">Of the adapters: alpha / r.</param>
/// <param name="merge">Whether adapters are merged.</param>
internal sealed class TensorComposer(IReadOnlyDictionary<string, TensorClaim> claims, double scale, bool merge)
{
    private const int BlockElements = 1 << 22;

    private byte[] _stored = [];

    /// <summary>Fills a span with a tensor's bytes; rows that only fill up a multiple are left out.</summary>
    public void Fill(TensorInfo info, Span<byte> bytes)
    {
        TensorClaim claim = claims[info.Name];
        TensorInfo held = claim.Source.Tensors.Describe(claim.Published);
        string? adapter = merge ? AdapterOf(info.Name) : null;
        bool merges = adapter is not null && claims.ContainsKey($"{adapter}.a");
        if (!merges && held.DType == info.DType && held.ByteCount == bytes.Length)
        {
            claim.Source.Tensors.CopyTo(claim.Published, bytes);
            return;
        }

        Span<byte> stored = Read(claim.Source.Tensors, held);
        if (merges)
        {
            Merge(info, held.DType, stored, claims[$"{adapter}.a"], claims[$"{adapter}.b"], bytes);
        }
        else
        {
            // Rows that only fill up a multiple stay behind.
            int size = checked((int)(info.ElementCount * ElementTypes.Size(held.DType)));
            ElementTypes.Convert(stored[..size], held.DType, bytes, info.DType);
        }
    }

    private void Merge(
        TensorInfo info,
        ElementType from,
        ReadOnlySpan<byte> stored,
        TensorClaim a,
        TensorClaim b,
        Span<byte> bytes
    )
    {
        using var change = new AdapterProduct((a.Source.Tensors, a.Published), (b.Source.Tensors, b.Published), scale);
        int columns = (int)info.Shape[1],
            rows = (int)Math.Min(info.Shape[0], Math.Max(1, BlockElements / columns));
        int size = ElementTypes.Size(from),
            newSize = ElementTypes.Size(info.DType);
        using var block = new Tensor(rows, columns);
        for (int row = 0; row < info.Shape[0]; row += rows)
        {
            int count = (int)Math.Min(rows, info.Shape[0] - row);
            Span<float> values = block.Span[..(count * columns)];
            ElementTypes.ToSingle(stored.Slice(row * columns * size, values.Length * size), from, values);
            change.AddTo(values, row);
            ElementTypes.FromSingle(values, info.DType, bytes.Slice(row * columns * newSize, values.Length * newSize));
        }
    }

    private Span<byte> Read(ITensorSource source, TensorInfo held)
    {
        if (_stored.Length < held.ByteCount)
        {
            // As large as any will have to be: buffers that grow leave their smaller selves behind.
            _stored = GC.AllocateUninitializedArray<byte>(
                (int)claims.Values.Select(claim => claim.Info.ByteCount).Where(bytes => bytes <= int.MaxValue).Max()
            );
        }

        Span<byte> stored = _stored.AsSpan(0, (int)held.ByteCount);
        source.CopyTo(held.Name, stored);
        return stored;
    }

    private static string? AdapterOf(string name) =>
        name.StartsWith("language.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)
            ? "adapters." + name["language.".Length..^".weight".Length]
            : null;
}
