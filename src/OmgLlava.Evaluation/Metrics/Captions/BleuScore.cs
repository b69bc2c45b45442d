namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// BLEU (Papineni et al. 2002) as coco-caption computes it: the reference closest in length counts, n-grams are clipped by the
/// most that a reference has, and small constants stand for zeros.
/// </summary>
public sealed class BleuScore
{
    private const double Tiny = 1e-15;
    private const double Small = 1e-9;
    private readonly int _orders;
    private readonly double[] _right;
    private readonly double[] _guessed;
    private double _length;
    private double _referenceLength;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="orders">Longest n-gram.</param>
    public BleuScore(int orders = 4) => (_orders, _right, _guessed) = (orders, new double[orders], new double[orders]);

    /// <summary>Counts a caption.</summary>
    /// <param name="candidate">The caption, its tokens parted by spaces.</param>
    /// <param name="references">Captions by people; at least one.</param>
    /// <returns>BLEU-1 to BLEU-n of the caption alone.</returns>
    public IReadOnlyList<double> Add(string candidate, IReadOnlyList<string> references)
    {
        string[] words = NGrams.Words(candidate);
        string[][] others = [.. references.Select(NGrams.Words)];
        Dictionary<string, int> most = [];
        foreach ((string gram, int count) in others.SelectMany(other => NGrams.Count(other, _orders)))
        {
            most[gram] = Math.Max(most.GetValueOrDefault(gram), count);
        }

        double[] right = new double[_orders];
        foreach ((string gram, int count) in NGrams.Count(words, _orders))
        {
            right[NGrams.Order(gram) - 1] += Math.Min(count, most.GetValueOrDefault(gram));
        }

        double[] guessed = [.. Enumerable.Range(0, _orders).Select(n => (double)Math.Max(0, words.Length - n))];
        double referenceLength = others
            .Select(other => other.Length)
            .OrderBy(length => Math.Abs(length - words.Length))
            .ThenBy(length => length)
            .First();
        for (int n = 0; n < _orders; n++)
        {
            _right[n] += right[n];
            _guessed[n] += guessed[n];
        }

        (_length, _referenceLength) = (_length + words.Length, _referenceLength + referenceLength);
        return Scores(right, guessed, words.Length, referenceLength);
    }

    /// <summary>BLEU-1 to BLEU-n of all captions together.</summary>
    public IReadOnlyList<double> Scores() => Scores(_right, _guessed, _length, _referenceLength);

    private double[] Scores(double[] right, double[] guessed, double length, double referenceLength)
    {
        double ratio = (length + Tiny) / (referenceLength + Small);
        double brevity = ratio < 1 ? Math.Exp(1 - (1 / ratio)) : 1;
        double product = 1;
        double[] scores = new double[_orders];
        for (int n = 0; n < _orders; n++)
        {
            product *= (right[n] + Tiny) / (guessed[n] + Small);
            scores[n] = Math.Pow(product, 1d / (n + 1)) * brevity;
        }

        return scores;
    }
}
