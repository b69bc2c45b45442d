using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>Which object queries become tokens, and in which order (<see cref="ObjectTokensConfig"/>).</summary>
internal static class ObjectTokens
{
    /// <summary>Which queries are the most probable one of some cell, of equal ones the first; repeats of others come behind
    /// all.</summary>
    public static bool[] Owners(Tensor probability, bool[]? repeats)
    {
        bool[] valid = new bool[probability.Rows];
        int[] owners = new int[probability.Width];
        float[] best = new float[probability.Width];
        Array.Fill(best, float.NegativeInfinity);
        for (int q = 0; q < valid.Length; q++)
        {
            Span<float> row = probability.Row(q);
            float behind = repeats is not null && repeats[q] ? 2 : 0; // below every probability
            for (int cell = 0; cell < best.Length; cell++)
            {
                if (row[cell] - behind > best[cell])
                {
                    (owners[cell], best[cell]) = (q, row[cell] - behind);
                }
            }
        }

        foreach (int owner in owners)
        {
            valid[owner] = true;
        }

        return valid;
    }

    /// <summary>The queries that count, in the order of their tokens.</summary>
    /// <param name="valid">Which count.</param>
    /// <param name="places">(Q, 4): the boxes of their masks, to come from left to right; null for the order of the
    /// queries.</param>
    public static int[] Order(bool[] valid, Tensor? places)
    {
        IEnumerable<int> kept = Enumerable.Range(0, valid.Length).Where(q => valid[q]);
        return [.. places is null ? kept : kept.OrderBy(q => places.Row(q)[0])];
    }
}
