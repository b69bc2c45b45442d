namespace OmgLlava.Language;

/// <summary>
/// Chooses the next token from its scores, in the order of Hugging Face's generate: repetition penalty, temperature, top-k, top-p, draw.
/// One sampler serves one answer.
/// </summary>
internal sealed class Sampler
{
    private readonly GenerationOptions _options;
    private readonly Random _random;
    private readonly HashSet<int> _seen = [];

    public Sampler(GenerationOptions options) =>
        (_options, _random) = (options, options.Seed is { } seed ? new Random(seed) : new Random());

    /// <summary>Chooses a token; the scores are changed.</summary>
    public int Next(Span<float> scores)
    {
        if (_options.RepetitionPenalty != 1)
        {
            foreach (int token in _seen)
            {
                scores[token] = scores[token] > 0 ? scores[token] / (float)_options.RepetitionPenalty : scores[token] * (float)_options.RepetitionPenalty;
            }
        }

        int chosen = _options.Temperature == 0 ? Best(scores) : Draw(scores);
        _seen.Add(chosen);
        return chosen;
    }

    /// <summary>The first of the highest scores.</summary>
    private static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return best;
    }

    private int Draw(ReadOnlySpan<float> scores)
    {
        (int Token, double Score)[] candidates = new (int, double)[scores.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            candidates[i] = (i, scores[i] / _options.Temperature);
        }

        Array.Sort(candidates, (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Token.CompareTo(b.Token));
        int count = _options.TopK > 0 ? Math.Min(_options.TopK, candidates.Length) : candidates.Length;
        double[] probabilities = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += probabilities[i] = Math.Exp(candidates[i].Score - candidates[0].Score);
        }

        double kept = 0;
        int last = 0;
        for (; last < count; last++)
        {
            kept += probabilities[last];
            if (kept >= _options.TopP * sum)
            {
                break;
            }
        }

        double threshold = _random.NextDouble() * kept;
        for (int i = 0; i < last; i++)
        {
            threshold -= probabilities[i];
            if (threshold < 0)
            {
                return candidates[i].Token;
            }
        }

        return candidates[Math.Min(last, count - 1)].Token;
    }
}
