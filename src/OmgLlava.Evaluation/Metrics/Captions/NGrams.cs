namespace OmgLlava.Evaluation.Metrics;

/// <summary>Runs of words, written with single spaces between them.</summary>
internal static class NGrams
{
    /// <summary>The words of a text, parted at any white space.</summary>
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How often each run of 1 to <paramref name="longest"/> words occurs.</summary>
    public static Dictionary<string, int> Count(string[] words, int longest)
    {
        Dictionary<string, int> counts = [];
        for (int order = 1; order <= longest; order++)
        {
            for (int at = 0; at + order <= words.Length; at++)
            {
                string gram = string.Join(' ', words, at, order);
                counts[gram] = counts.GetValueOrDefault(gram) + 1;
            }
        }

        return counts;
    }

    /// <summary>Number of words of a run.</summary>
    public static int Order(string gram) => gram.AsSpan().Count(' ') + 1;
}
