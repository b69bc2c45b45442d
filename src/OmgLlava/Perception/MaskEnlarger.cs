using System.Numerics;
using OmgLlava.Engine;
using OmgLlava.Imaging;

namespace OmgLlava.Perception;

/// <summary>
/// Brings mask logits (h, w) from the model's frame to the user's picture: bilinearly (align_corners False) to the padded square,
/// whose padding is cut off. It goes band by band, a band being the rows of the picture between the same two rows of logits, so
/// that no enlarged map is ever held.
/// </summary>
internal sealed class MaskEnlarger
{
    private readonly ResizeTaps[] _columns;
    private readonly ResizeTaps[] _rows;

    /// <param name="height">Rows of the logits.</param>
    /// <param name="width">Columns of the logits.</param>
    /// <param name="geometry">Where the picture lies in the square.</param>
    public MaskEnlarger(int height, int width, ImageGeometry geometry)
    {
        _columns = ResizeTaps.Of(width, geometry.Side)[geometry.OffsetX..(geometry.OffsetX + geometry.Width)];
        _rows = ResizeTaps.Of(height, geometry.Side)[geometry.OffsetY..(geometry.OffsetY + geometry.Height)];
        (SourceHeight, Height, Width) = (height, geometry.Height, geometry.Width);
        Bands = Groups(_rows);
        Cells = Groups(_columns);
    }

    /// <summary>Rows of the logits.</summary>
    public int SourceHeight { get; }

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Rows [Begin, End) of the picture that lie between the rows First and Second of the logits.</summary>
    public IReadOnlyList<(int Begin, int End, int First, int Second)> Bands { get; }

    /// <summary>Columns [Begin, End) of the picture that lie between the columns First and Second of the logits.</summary>
    public IReadOnlyList<(int Begin, int End, int First, int Second)> Cells { get; }

    /// <summary>The weight of a band's second row in a row of the picture; its first has the rest.</summary>
    public float Weight(int row) => _rows[row].Weight;

    /// <summary>Enlarges one row of logits to the columns of the picture.</summary>
    /// <param name="row">(w).</param>
    /// <param name="into">(W).</param>
    public void Expand(ReadOnlySpan<float> row, Span<float> into)
    {
        for (int x = 0; x < into.Length; x++)
        {
            (int first, int second, float weight) = _columns[x];
            into[x] = ((1 - weight) * row[first]) + (weight * row[second]);
        }
    }

    /// <summary>The pixels of one mask whose logits are above 0, and the mean probability there (0 where there are
    /// none).</summary>
    /// <param name="logits">(h, w), row-major.</param>
    /// <param name="cancellation">Stops between bands.</param>
    public (MaskRuns Runs, double Certainty) Read(float[] logits, CancellationToken cancellation = default)
    {
        int stride = logits.Length / SourceHeight;
        var bands = new (List<int> Runs, double Sum)[Bands.Count];
        Parallel.For(
            0,
            Bands.Count,
            new ParallelOptions { CancellationToken = cancellation },
            i =>
            {
                (int begin, int end, int first, int second) = Bands[i];
                ReadOnlySpan<float> upper = logits.AsSpan(stride * first, stride);
                ReadOnlySpan<float> lower = logits.AsSpan(stride * second, stride);
                bands[i].Runs = [];
                if (!(Max(upper) > 0) && !(Max(lower) > 0))
                {
                    return; // what lies between values that are not above 0 is not above 0
                }

                float[] expanded = new float[3 * Width];
                (Memory<float> top, Memory<float> bottom, Memory<float> row) = (
                    expanded.AsMemory(0, Width),
                    expanded.AsMemory(Width, Width),
                    expanded.AsMemory(2 * Width)
                );
                Expand(upper, top.Span);
                Expand(lower, bottom.Span);
                for (int y = begin; y < end; y++)
                {
                    Blend(top.Span, bottom.Span, Weight(y), row.Span);
                    bands[i].Sum += AppendRuns(row.Span, y * Width, bands[i].Runs);
                }
            }
        );
        var runs = new MaskRuns(Width, Height, [.. bands.SelectMany(band => band.Runs)]);
        long area = runs.Measure().Area;
        return (runs, area == 0 ? 0 : bands.Sum(band => band.Sum) / area);
    }

    /// <summary>A row between two.</summary>
    public static void Blend(ReadOnlySpan<float> top, ReadOnlySpan<float> bottom, float weight, Span<float> into)
    {
        int x = 0;
        for (; x <= into.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            ((new Vector<float>(top[x..]) * (1 - weight)) + (new Vector<float>(bottom[x..]) * weight)).CopyTo(into[x..]);
        }

        for (; x < into.Length; x++)
        {
            into[x] = (top[x] * (1 - weight)) + (bottom[x] * weight);
        }
    }

    /// <summary>1 / (1 + e^-x).</summary>
    public static float Sigmoid(float logit) => 1 / (1 + MathF.Exp(-logit));

    /// <summary>Appends the runs of a row above 0 and returns the sum of its probabilities there.</summary>
    private static double AppendRuns(ReadOnlySpan<float> row, int offset, List<int> runs)
    {
        double sum = 0;
        for (int x = 0; x < row.Length; x++)
        {
            if (!(row[x] > 0))
            {
                continue;
            }

            int begin = x;
            while (x < row.Length && row[x] > 0)
            {
                x++;
            }

            runs.Add(offset + begin);
            runs.Add(offset + x);
            sum += SumOfProbabilities(row[begin..x]);
        }

        return sum;
    }

    private static double SumOfProbabilities(ReadOnlySpan<float> logits)
    {
        double sum = 0;
        int x = 0;
        for (; x <= logits.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            sum += Vector.Sum(Vector<float>.One / (Vector<float>.One + Vector.Exp(-new Vector<float>(logits[x..]))));
        }

        for (; x < logits.Length; x++)
        {
            sum += Sigmoid(logits[x]);
        }

        return sum;
    }

    private static float Max(ReadOnlySpan<float> values)
    {
        float max = float.NegativeInfinity;
        foreach (float value in values)
        {
            max = MathF.Max(max, value);
        }

        return max;
    }

    private static (int Begin, int End, int First, int Second)[] Groups(ResizeTaps[] taps)
    {
        var groups = new List<(int, int, int, int)>();
        for (int begin = 0; begin < taps.Length;)
        {
            int end = begin + 1;
            while (end < taps.Length && taps[end].First == taps[begin].First)
            {
                end++;
            }

            groups.Add((begin, end, taps[begin].First, taps[begin].Second));
            begin = end;
        }

        return [.. groups];
    }
}
