using System.Numerics;
using OmgLlava.Engine;

namespace OmgLlava.Perception;

/// <summary>Tells which queries found a thing that another one found, too.</summary>
internal static class RepeatedMasks
{
    /// <summary>IoU from which two masks are of the same object.</summary>
    private const float SameObject = 0.6f;

    private const int Bits = 64;

    /// <summary>Whether a more probable query, of equal ones the first, has nearly the same mask.</summary>
    /// <param name="maskLogits">(Q, h, w): positive inside.</param>
    /// <param name="queries">Those that are compared.</param>
    /// <param name="scores">The probability of each of them.</param>
    public static bool[] Find(Tensor maskLogits, IReadOnlyList<int> queries, IReadOnlyList<float> scores)
    {
        int cells = maskLogits.Shape[1] * maskLogits.Shape[2];
        using Tensor rows = maskLogits.View(maskLogits.Shape[0], cells);
        ulong[][] inside = [.. queries.Select(query => Inside(rows.Row(query)))];
        int[] areas = [.. inside.Select(mask => mask.Sum(BitOperations.PopCount))];
        bool[] repeats = new bool[queries.Count];
        for (int own = 0; own < repeats.Length; own++)
        {
            for (int other = 0; other < repeats.Length && !repeats[own]; other++)
            {
                bool comesFirst = scores[other] > scores[own] || (scores[other] == scores[own] && other < own);
                repeats[own] = comesFirst && IsSame(own, other);
            }
        }

        return repeats;

        bool IsSame(int a, int b)
        {
            int shared = 0;
            for (int i = 0; i < inside[a].Length; i++)
            {
                shared += BitOperations.PopCount(inside[a][i] & inside[b][i]);
            }

            return shared > 0 && shared >= (areas[a] + areas[b] - shared) * SameObject;
        }
    }

    private static ulong[] Inside(ReadOnlySpan<float> logits)
    {
        ulong[] mask = new ulong[(logits.Length + Bits - 1) / Bits];
        for (int i = 0; i < logits.Length; i++)
        {
            mask[i / Bits] |= logits[i] > 0 ? 1UL << (i % Bits) : 0;
        }

        return mask;
    }
}
