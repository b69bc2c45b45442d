using OmgLlava.Imaging;

namespace OmgLlava.Perception;

/// <summary>
/// Which of several masks each pixel of the user's picture most probably belongs to: that with the greatest product of score and
/// probability. Between four logits a bilinear value is neither below the least nor above the greatest of them, so in most cells
/// only one mask can win and no pixel is computed; what is computed are the pixels near borders.
/// </summary>
internal sealed class PixelOwners
{
    private const int Nobody = -1;
    private const float Margin = 1 - 1e-5f; // for the rounding of probabilities

    private readonly IReadOnlyList<QueryMask> _masks;
    private readonly MaskEnlarger _enlarger;
    private readonly bool _dropUncertain;
    private readonly int _stride;
    private readonly List<int>[] _runs;
    private readonly long[] _claimed;
    private readonly long[] _whole;

    /// <param name="masks">The masks, all of one size; of equal ones the first wins.</param>
    /// <param name="enlarger">Brings their logits to the picture.</param>
    /// <param name="dropUncertain">Pixels whose probability in their own mask is below one half belong to nobody.</param>
    /// <param name="cancellation">Stops within a few rows.</param>
    public PixelOwners(IReadOnlyList<QueryMask> masks, MaskEnlarger enlarger, bool dropUncertain, CancellationToken cancellation)
    {
        (_masks, _enlarger, _dropUncertain) = (masks, enlarger, dropUncertain);
        _stride = masks.Count == 0 ? 0 : masks[0].Logits.Length / enlarger.SourceHeight;
        (_runs, _claimed, _whole) = ([.. masks.Select(_ => new List<int>())], new long[masks.Count], new long[masks.Count]);
        if (masks.Count == 0)
        {
            return;
        }

        // As many bands at once as there are processors, collected in their order.
        int group = 4 * Environment.ProcessorCount;
        for (int first = 0; first < enlarger.Bands.Count; first += group)
        {
            var bands = new Band[Math.Min(group, enlarger.Bands.Count - first)];
            Parallel.For(
                0,
                bands.Length,
                new ParallelOptions { CancellationToken = cancellation },
                i => bands[i] = Decide(enlarger.Bands[first + i], cancellation)
            );
            foreach (Band band in bands)
            {
                for (int k = 0; k < masks.Count; k++)
                {
                    _runs[k].AddRange(band.Runs[k]);
                    _whole[k] += band.Whole[k];
                }
            }
        }

        for (int k = 0; k < masks.Count; k++)
        {
            for (int i = 0; i < _runs[k].Count; i += 2)
            {
                _claimed[k] += _runs[k][i + 1] - _runs[k][i];
            }
        }
    }

    /// <summary>Pixels that belong to a mask.</summary>
    public long Claimed(int mask) => _claimed[mask];

    /// <summary>Pixels that would belong to a mask if it were alone: those with a probability of one half and more.</summary>
    public long Whole(int mask) => _whole[mask];

    /// <summary>The pixels that belong to a mask.</summary>
    public MaskRuns Runs(int mask) => new(_enlarger.Width, _enlarger.Height, [.. _runs[mask]]);

    private Band Decide((int Begin, int End, int First, int Second) rows, CancellationToken cancellation)
    {
        int width = _enlarger.Width;
        var band = new Band(_masks.Count);
        Cell[] cells = [.. _enlarger.Cells.Select(cell => Bounds(rows, cell))];
        float[]?[] tops = new float[_masks.Count][];
        float[]?[] bottoms = new float[_masks.Count][];
        foreach (int k in cells.SelectMany(cell => cell.Candidates.Concat(cell.Uncertain)).Distinct())
        {
            (float[] top, float[] bottom) = (tops[k], bottoms[k]) = (new float[width], new float[width]);
            _enlarger.Expand(_masks[k].Logits.AsSpan(_stride * rows.First, _stride), top);
            _enlarger.Expand(_masks[k].Logits.AsSpan(_stride * rows.Second, _stride), bottom);
        }

        int[] owners = new int[width];
        for (int y = rows.Begin; y < rows.End; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            float weight = _enlarger.Weight(y);
            foreach (Cell cell in cells)
            {
                foreach (int k in cell.Certain)
                {
                    band.Whole[k] += cell.End - cell.Begin;
                }

                foreach (int k in cell.Uncertain)
                {
                    for (int x = cell.Begin; x < cell.End; x++)
                    {
                        band.Whole[k] += Logit(k, x) >= 0 ? 1 : 0;
                    }
                }

                if (cell.Owner is { } owner)
                {
                    owners.AsSpan(cell.Begin..cell.End).Fill(owner);
                    continue;
                }

                for (int x = cell.Begin; x < cell.End; x++)
                {
                    (int won, float best) = (Nobody, float.NegativeInfinity);
                    bool inside = false;
                    foreach (int k in cell.Candidates)
                    {
                        float logit = Logit(k, x);
                        float probability = MaskEnlarger.Sigmoid(logit) * _masks[k].Score;
                        if (probability > best)
                        {
                            (won, best, inside) = (k, probability, logit >= 0);
                        }
                    }

                    owners[x] = inside || !_dropUncertain ? won : Nobody;
                }
            }

            band.Append(owners, y * width);

            float Logit(int k, int x) => ((1 - weight) * tops[k]![x]) + (weight * bottoms[k]![x]);
        }

        return band;
    }

    /// <summary>What the logits at the corners of a cell say of all pixels in it.</summary>
    private Cell Bounds((int Begin, int End, int First, int Second) rows, (int Begin, int End, int First, int Second) columns)
    {
        Span<(float Least, float Most)> bounds =
            _masks.Count <= 256 ? stackalloc (float, float)[_masks.Count] : new (float, float)[_masks.Count];
        float least = float.NegativeInfinity; // that the winner surely has
        var certain = new List<int>();
        var uncertain = new List<int>();
        for (int k = 0; k < _masks.Count; k++)
        {
            float[] logits = _masks[k].Logits;
            float a = logits[(rows.First * _stride) + columns.First];
            float b = logits[(rows.First * _stride) + columns.Second];
            float c = logits[(rows.Second * _stride) + columns.First];
            float d = logits[(rows.Second * _stride) + columns.Second];
            (float min, float max) = (MathF.Min(MathF.Min(a, b), MathF.Min(c, d)), MathF.Max(MathF.Max(a, b), MathF.Max(c, d)));
            bounds[k] = (min, MaskEnlarger.Sigmoid(max) * _masks[k].Score);
            least = MathF.Max(least, MaskEnlarger.Sigmoid(min) * _masks[k].Score);
            if (min >= 0)
            {
                certain.Add(k);
            }
            else if (max >= 0)
            {
                uncertain.Add(k);
            }
        }

        var candidates = new List<int>();
        for (int k = 0; k < _masks.Count; k++)
        {
            if (bounds[k].Most >= least * Margin)
            {
                candidates.Add(k);
            }
        }

        int? owner = candidates is [var only]
            ? !_dropUncertain || certain.Contains(only)
                ? only
                : uncertain.Contains(only)
                    ? null
                    : Nobody
            : null;
        return new Cell(columns.Begin, columns.End, owner, owner is null ? [.. candidates] : [], [.. certain], [.. uncertain]);
    }

    /// <summary>Columns [Begin, End) of a band.</summary>
    /// <param name="Begin">The first column.</param>
    /// <param name="End">The end of the columns, exclusive.</param>
    /// <param name="Owner">Whom all its pixels belong to; null where that must be computed.</param>
    /// <param name="Candidates">Who else may own one.</param>
    /// <param name="Certain">Masks that hold all its pixels.</param>
    /// <param name="Uncertain">Masks that hold some of them.</param>
    private sealed record Cell(int Begin, int End, int? Owner, int[] Candidates, int[] Certain, int[] Uncertain);

    /// <summary>The result of a band.</summary>
    private sealed class Band(int masks)
    {
        public List<int>[] Runs { get; } = [.. Enumerable.Range(0, masks).Select(_ => new List<int>())];

        public long[] Whole { get; } = new long[masks];

        public void Append(ReadOnlySpan<int> owners, int offset)
        {
            for (int x = 0; x < owners.Length;)
            {
                int owner = owners[x];
                int length = owners[x..].IndexOfAnyExcept(owner);
                int end = length < 0 ? owners.Length : x + length;
                if (owner != Nobody)
                {
                    Runs[owner].Add(offset + x);
                    Runs[owner].Add(offset + end);
                }

                x = end;
            }
        }
    }
}
