namespace OmgLlava.Evaluation.Metrics;

/// <summary>ROUGE-L (Lin 2004) as coco-caption computes it: the best precision and the best recall over references may come from
/// different ones.</summary>
public static class RougeL
{
    private const double Beta = 1.2;

    /// <summary>Scores a caption, 0 to 1.</summary>
    /// <param name="candidate">The caption, its tokens parted by single spaces; an empty caption is one empty token.</param>
    /// <param name="references">Captions by people; at least one.</param>
    public static double Score(string candidate, IReadOnlyList<string> references)
    {
        ArgumentOutOfRangeException.ThrowIfZero(references.Count, nameof(references));
        string[] words = candidate.Split(' ');
        (double precision, double recall) = (0, 0);
        foreach (string[] other in references.Select(reference => reference.Split(' ')))
        {
            double common = LongestCommonSubsequence(words, other);
            (precision, recall) = (Math.Max(precision, common / words.Length), Math.Max(recall, common / other.Length));
        }

        return precision == 0 || recall == 0
            ? 0
            : (1 + (Beta * Beta)) * precision * recall / (recall + (Beta * Beta * precision));
    }

    private static int LongestCommonSubsequence(string[] a, string[] b)
    {
        int[] above = new int[b.Length + 1];
        int[] row = new int[b.Length + 1];
        foreach (string word in a)
        {
            for (int j = 0; j < b.Length; j++)
            {
                row[j + 1] = word == b[j] ? above[j] + 1 : Math.Max(row[j], above[j + 1]);
            }

            (above, row) = (row, above);
        }

        return above[b.Length];
    }
}
