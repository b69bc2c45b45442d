namespace OmgLlava.Evaluation.Metrics;

/// <summary>Pairs rows with columns by the largest number that is left, as numpy's <c>argmax</c> finds it.</summary>
internal static class GreedyPairs
{
    /// <summary>The place of the first largest number, row by row; not-a-number counts as the largest. Null for an empty
    /// table.</summary>
    public static (int Row, int Column)? Largest(double[,] table)
    {
        (int Row, int Column)? best = null;
        for (int i = 0; i < table.GetLength(0); i++)
        {
            for (int j = 0; j < table.GetLength(1); j++)
            {
                if (best is null || table[i, j] > table[best.Value.Row, best.Value.Column])
                {
                    best = (i, j);
                }

                if (double.IsNaN(table[i, j]))
                {
                    return (i, j);
                }
            }
        }

        return best;
    }

    /// <summary>The mean overlap of pairs one to one, the largest first, as long as it is over 0; 0 without a pair.</summary>
    /// <param name="overlaps">(truth, prediction). Ties are told apart by prediction first, as in the published scripts.</param>
    public static double MeanIou(double[,] overlaps)
    {
        double[,] left = new double[overlaps.GetLength(1), overlaps.GetLength(0)];
        for (int i = 0; i < left.GetLength(0); i++)
        {
            for (int j = 0; j < left.GetLength(1); j++)
            {
                left[i, j] = overlaps[j, i];
            }
        }

        (double sum, int pairs) = (0, 0);
        while (Largest(left) is { } best && left[best.Row, best.Column] > 0)
        {
            (sum, pairs) = (sum + left[best.Row, best.Column], pairs + 1);
            for (int i = 0; i < left.GetLength(0); i++)
            {
                left[i, best.Column] = double.NegativeInfinity;
            }

            for (int j = 0; j < left.GetLength(1); j++)
            {
                left[best.Row, j] = double.NegativeInfinity;
            }
        }

        return pairs == 0 ? 0 : sum / pairs;
    }
}
