using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>
/// Attention of queries to a map. Scores are softmaxed page by page with a running maximum and sum (FlashAttention, Dao et al.
/// 2022, algorithm 1). A page
/// that no query may see costs nothing, so that small masks are cheap.
/// </summary>
internal abstract unsafe partial class Kernels
{
    /// <summary>Keys of a page.</summary>
    protected const int Page = 64;

    private const int QueriesPerChunk = 128; // each chunk reads all keys and values of a head

    /// <summary>softmax(q kᵀ / √d) v for each head.</summary>
    /// <param name="queries">(Q, C).</param>
    /// <param name="keys">(K, C).</param>
    /// <param name="values">(K, C).</param>
    /// <param name="heads">Heads; each has d = C / heads channels.</param>
    /// <param name="visible">(Q, K): not 0 where a query may look, at least at one place; null for everywhere.</param>
    /// <returns>(Q, C).</returns>
    public Tensor Attend(Tensor queries, Tensor keys, Tensor values, int heads, byte[]? visible = null)
    {
        (int count, int cells, int channels) = (queries.Rows, keys.Rows, queries.Width);
        int size = channels / heads;
        var result = new Tensor(count, channels);
        int groups = (count + QueriesPerChunk - 1) / QueriesPerChunk;
        float* q = queries.Data;
        float* k = keys.Data;
        float* v = values.Data;
        float* y = result.Data;
        Team.Run(
            groups * heads,
            chunk =>
            {
                int first = chunk / heads * QueriesPerChunk;
                int head = chunk % heads * size;
                int some = Math.Min(QueriesPerChunk, count - first);
                fixed (byte* mask = visible)
                {
                    AttendHead(
                        q + ((long)first * channels) + head,
                        k + head,
                        v + head,
                        mask is null ? null : mask + ((long)first * cells),
                        some,
                        cells,
                        size,
                        channels,
                        y + ((long)first * channels) + head
                    );
                }
            }
        );
        return result;
    }

    /// <summary>Some queries of one head; all pointers are to the head's first channel.</summary>
    protected abstract void AttendHead(
        float* q,
        float* k,
        float* v,
        byte* visible,
        int queries,
        int cells,
        int size,
        int channels,
        float* y
    );
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AttendHead(
        float* q,
        float* k,
        float* v,
        byte* visible,
        int queries,
        int cells,
        int size,
        int channels,
        float* y
    )
    {
        using var turned = new Tensor(size, Page);
        using Tensor largest = new(queries);
        using Tensor total = Tensor.Zeros(queries);
        float* scores = stackalloc float[Page];
        largest.Span.Fill(float.NegativeInfinity);
        float scale = (float)(1 / Math.Sqrt(size));
        for (int query = 0; query < queries; query++)
        {
            new Span<float>(y + ((long)query * channels), size).Clear();
        }

        for (int start = 0; start < cells; start += Page)
        {
            int count = Math.Min(Page, cells - start);
            bool ready = false;
            for (int query = 0; query < queries; query++)
            {
                byte* seen = visible is null ? null : visible + ((long)query * cells) + start;
                if (seen is not null && new ReadOnlySpan<byte>(seen, count).IndexOfAnyExcept((byte)0) < 0)
                {
                    continue;
                }

                if (!ready)
                {
                    Turn(k + ((long)start * channels), count, size, channels, turned.Data);
                    ready = true;
                }

                Score(q + ((long)query * channels), turned.Data, size, scale, scores);
                float before = largest.Data[query];
                float most = before;
                for (int i = 0; i < Page; i++)
                {
                    scores[i] = i < count && (seen is null || seen[i] != 0) ? scores[i] : float.NegativeInfinity;
                    most = MathF.Max(most, scores[i]);
                }

                float fade = MathF.Exp(before - most);
                largest.Data[query] = most;
                total.Data[query] = (total.Data[query] * fade) + Shares(scores, most);
                Blend(scores, v + ((long)start * channels), count, size, channels, fade, y + ((long)query * channels));
            }
        }

        for (int query = 0; query < queries; query++)
        {
            float inverse = 1 / total.Data[query];
            float* row = y + ((long)query * channels);
            for (int c = 0; c < size; c++)
            {
                row[c] *= inverse;
            }
        }
    }

    /// <summary>(size, 64) of (count, size).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(float* keys, int count, int size, int channels, float* turned)
    {
        new Span<float>(turned, size * Page).Clear();
        for (int i = 0; i < count; i++, keys += channels)
        {
            for (int c = 0; c < size; c++)
            {
                turned[(c * Page) + i] = keys[c];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score(float* query, float* keys, int size, float scale, float* scores)
    {
        int step = 4 * TS.Count;
        TV scales = TS.All(scale);
        for (int start = 0; start < Page; start += step)
        {
            TV a = default,
                b = default,
                c = default,
                d = default;
            float* key = keys + start;
            for (int i = 0; i < size; i++, key += Page)
            {
                TV value = TS.All(query[i]);
                a = TS.MultiplyAdd(value, TS.Load(key), a);
                b = TS.MultiplyAdd(value, TS.Load(key + TS.Count), b);
                c = TS.MultiplyAdd(value, TS.Load(key + (2 * TS.Count)), c);
                d = TS.MultiplyAdd(value, TS.Load(key + (3 * TS.Count)), d);
            }

            TS.Store(TS.Multiply(a, scales), scores + start);
            TS.Store(TS.Multiply(b, scales), scores + start + TS.Count);
            TS.Store(TS.Multiply(c, scales), scores + start + (2 * TS.Count));
            TS.Store(TS.Multiply(d, scales), scores + start + (3 * TS.Count));
        }
    }

    /// <summary>scores = exp(scores - most), and their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Shares(float* scores, float most)
    {
        TV sum = default;
        for (int i = 0; i < Page; i += TS.Count)
        {
            TV share = Exp(TS.Subtract(TS.Load(scores + i), TS.All(most)));
            TS.Store(share, scores + i);
            sum = TS.Add(sum, share);
        }

        return TS.Sum(sum);
    }

    /// <summary>y = y * fade + the values by their shares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blend(float* shares, float* values, int count, int size, int channels, float fade, float* y)
    {
        int c = 0;
        for (; c + (2 * TS.Count) <= size; c += 2 * TS.Count)
        {
            TV a = default,
                b = default,
                d = default,
                e = default;
            float* value = values + c;
            int i = 0;
            for (; i + 2 <= count; i += 2, value += 2 * channels)
            {
                TV first = TS.All(shares[i]),
                    second = TS.All(shares[i + 1]);
                a = TS.MultiplyAdd(first, TS.Load(value), a);
                b = TS.MultiplyAdd(first, TS.Load(value + TS.Count), b);
                d = TS.MultiplyAdd(second, TS.Load(value + channels), d);
                e = TS.MultiplyAdd(second, TS.Load(value + channels + TS.Count), e);
            }

            if (i < count)
            {
                a = TS.MultiplyAdd(TS.All(shares[i]), TS.Load(value), a);
                b = TS.MultiplyAdd(TS.All(shares[i]), TS.Load(value + TS.Count), b);
            }

            TV fades = TS.All(fade);
            TS.Store(TS.MultiplyAdd(fades, TS.Load(y + c), TS.Add(a, d)), y + c);
            TS.Store(TS.MultiplyAdd(fades, TS.Load(y + c + TS.Count), TS.Add(b, e)), y + c + TS.Count);
        }

        for (; c < size; c++)
        {
            float sum = y[c] * fade;
            for (int i = 0; i < count; i++)
            {
                sum += shares[i] * values[((long)i * channels) + c];
            }

            y[c] = sum;
        }
    }
}
