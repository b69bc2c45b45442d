namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// The cosine of how often three letters follow each other in two phrases, in lower case. It needs no model and tells spelling,
/// not meaning: "car" and "vehicle" have nothing in common. Recall with it is lower than the published, which is with BERT.
/// </summary>
public sealed class TrigramSimilarity : ITextSimilarity
{
    /// <inheritdoc/>
    public string Name => "character trigrams (no BERT, so recall is not comparable with published numbers)";

    /// <inheritdoc/>
    public double Compare(string truth, string prediction)
    {
        Dictionary<string, int> a = Count(truth);
        Dictionary<string, int> b = Count(prediction);
        double dot = a.Sum(entry => (double)entry.Value * b.GetValueOrDefault(entry.Key));
        return dot == 0 ? 0 : dot / (Length(a) * Length(b));
    }

    private static double Length(Dictionary<string, int> counts) => Math.Sqrt(counts.Values.Sum(count => (double)count * count));

    private static Dictionary<string, int> Count(string text)
    {
        string lower = text.ToLowerInvariant();
        if (lower.Length is > 0 and < 3)
        {
            return new() { [lower] = 1 };
        }

        Dictionary<string, int> counts = [];
        for (int i = 0; i + 3 <= lower.Length; i++)
        {
            counts[lower.Substring(i, 3)] = counts.GetValueOrDefault(lower.Substring(i, 3)) + 1;
        }

        return counts;
    }
}
