using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// Grouped-query attention over a paged cache. Scores are softmaxed page by page with a running maximum and sum (FlashAttention,
/// Dao et al. 2022, algorithm 1), so that nothing of the size queries x positions is held.
/// </summary>
internal sealed unsafe class Attention(LanguageConfig config)
{
    private const int Page = CpuKvCache.PagePositions;

    private readonly int _size = config.HeadSize;
    private readonly int _group = config.Heads / config.KeyValueHeads;
    private readonly int _window = config.SlidingWindow ?? int.MaxValue;
    private readonly float _scale = (float)(1 / Math.Sqrt(config.HeadSize));

    /// <summary>Attends with all queries of one key head and some tokens of one row.</summary>
    /// <param name="cache">Holds keys and values, the new ones included.</param>
    /// <param name="row">Row of the batch.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="head">The key head.</param>
    /// <param name="position">Position of the first token.</param>
    /// <param name="tokens">How many tokens.</param>
    /// <param name="queries">The first token's queries of this head; those of the next token are <paramref name="queryStride"/>
    /// further.</param>
    /// <param name="queryStride">Numbers between two tokens' queries.</param>
    /// <param name="output">Where the first token's result of this head goes.</param>
    /// <param name="outputStride">Numbers between two tokens' results.</param>
    public void Run(
        CpuKvCache cache,
        int row,
        int layer,
        int head,
        int position,
        int tokens,
        float* queries,
        int queryStride,
        float* output,
        int outputStride
    )
    {
        int stride = cache.ValueStride;
        int count = tokens * _group;
        int padding = cache.LeftPadding[row];
        using var memory = AlignedMemory.Of<float>((long)(Page * (_size + stride)) + ((long)count * (stride + 2)));
        float* scratch = (float*)memory.Pointer;
        float* sums = scratch + (Page * (_size + stride)); // (count, stride)
        float* largest = sums + ((long)count * stride); // (count)
        float* total = largest + count; // (count)
        new Span<float>(sums, count * stride).Clear();
        new Span<float>(largest, count).Fill(float.NegativeInfinity);
        new Span<float>(total, count).Clear();
        int last = position + tokens - 1;
        for (int page = First(position, padding) / Page; page <= last / Page; page++)
        {
            (IntPtr keys, IntPtr values) = cache.Read(row, layer, head, page, scratch);
            for (int i = 0; i < count; i++)
            {
                int at = position + (i / _group);
                int from = Math.Max(0, First(at, padding) - (page * Page));
                int to = Math.Min(Page, at + 1 - (page * Page));
                if (from < to)
                {
                    float* query = queries + ((long)(i / _group) * queryStride) + (i % _group * _size);
                    Accumulate(
                        query,
                        (float*)keys,
                        (float*)values,
                        from,
                        to,
                        stride,
                        sums + ((long)i * stride),
                        ref largest[i],
                        ref total[i]
                    );
                }
            }
        }

        for (int i = 0; i < count; i++)
        {
            float* target = output + ((long)(i / _group) * outputStride) + (i % _group * _size);
            float inverse = 1 / total[i];
            for (int c = 0; c < _size; c++)
            {
                target[c] = sums[((long)i * stride) + c] * inverse;
            }
        }
    }

    /// <summary>The first position that one sees. One of padding sees itself, since attention over nothing is
    /// undefined.</summary>
    private int First(int position, int padding) => position < padding ? position : Math.Max(padding, position - _window + 1);

    /// <summary>Lets one query see positions from..to of a page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Accumulate(
        float* query,
        float* keys,
        float* values,
        int from,
        int to,
        int stride,
        float* sums,
        ref float largest,
        ref float total
    )
    {
        float* scores = stackalloc float[Page];
        Score(query, keys, scores);
        float before = largest;
        for (int i = from; i < to; i++)
        {
            largest = MathF.Max(largest, scores[i]);
        }

        for (int i = 0; i < from; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        for (int i = to; i < Page; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        Vector256<float> sum = Vector256<float>.Zero;
        for (int i = 0; i < Page; i += 8)
        {
            Vector256<float> share = Vector256.Exp(Vector256.Load(scores + i) - Vector256.Create(largest));
            share.Store(scores + i);
            sum += share;
        }

        float fade = MathF.Exp(before - largest);
        total = (total * fade) + Vector256.Sum(sum);
        for (int c = 0; c < stride; c += 32)
        {
            Blend(scores, values + c, from, to, stride, fade, sums + c, Math.Min(4, (stride - c) / 8));
        }
    }

    /// <summary>The scaled products of a query with the 64 keys of a page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(float* query, float* keys, float* scores)
    {
        Vector256<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default,
            s4 = default,
            s5 = default,
            s6 = default,
            s7 = default;
        for (int c = 0; c < _size; c++, keys += Page)
        {
            Vector256<float> q = Vector256.Create(query[c]);
            s0 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys), s0);
            s1 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 8), s1);
            s2 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 16), s2);
            s3 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 24), s3);
            s4 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 32), s4);
            s5 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 40), s5);
            s6 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 48), s6);
            s7 = Vector256.FusedMultiplyAdd(q, Vector256.Load(keys + 56), s7);
        }

        Vector256<float> scale = Vector256.Create(_scale);
        (s0 * scale).Store(scores);
        (s1 * scale).Store(scores + 8);
        (s2 * scale).Store(scores + 16);
        (s3 * scale).Store(scores + 24);
        (s4 * scale).Store(scores + 32);
        (s5 * scale).Store(scores + 40);
        (s6 * scale).Store(scores + 48);
        (s7 * scale).Store(scores + 56);
    }

    /// <summary>sums = fade * sums + shares x values, for up to 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blend(float* shares, float* values, int from, int to, int stride, float fade, float* sums, int vectors)
    {
        if (vectors < 4)
        {
            for (int v = 0; v < vectors; v++)
            {
                Vector256<float> sum = Vector256.Load(sums + (8 * v)) * Vector256.Create(fade);
                for (int i = from; i < to; i++)
                {
                    sum = Vector256.FusedMultiplyAdd(
                        Vector256.Create(shares[i]),
                        Vector256.Load(values + ((long)i * stride) + (8 * v)),
                        sum
                    );
                }

                sum.Store(sums + (8 * v));
            }

            return;
        }

        Vector256<float> s0 = Vector256.Load(sums) * Vector256.Create(fade);
        Vector256<float> s1 = Vector256.Load(sums + 8) * Vector256.Create(fade);
        Vector256<float> s2 = Vector256.Load(sums + 16) * Vector256.Create(fade);
        Vector256<float> s3 = Vector256.Load(sums + 24) * Vector256.Create(fade);
        for (float* row = values + ((long)from * stride); from < to; from++, row += stride)
        {
            Vector256<float> share = Vector256.Create(shares[from]);
            s0 = Vector256.FusedMultiplyAdd(share, Vector256.Load(row), s0);
            s1 = Vector256.FusedMultiplyAdd(share, Vector256.Load(row + 8), s1);
            s2 = Vector256.FusedMultiplyAdd(share, Vector256.Load(row + 16), s2);
            s3 = Vector256.FusedMultiplyAdd(share, Vector256.Load(row + 24), s3);
        }

        s0.Store(sums);
        s1.Store(sums + 8);
        s2.Store(sums + 16);
        s3.Store(sums + 24);
    }
}
