namespace OmgLlava.Language;

/// <summary>
/// Chooses the next token from its scores, in the order of Hugging Face's generate: repetition penalty, temperature, top-k,
/// top-p, min-p, draw. What a constraint forbids is never chosen. One sampler serves one answer.
/// </summary>
internal sealed class Sampler
{
    private readonly GenerationOptions _options;
    private readonly Random _random;
    private readonly HashSet<int> _seen = [];
    private readonly ITokenConstraint? _constraint;

    // large arrays, which would stay in memory for a while if each token took new ones
    private (int Token, double Score)[] _candidates = [];
    private double[] _probabilities = [];

    public Sampler(GenerationOptions options, ITokenConstraint? constraint = null) =>
        (_options, _random, _constraint) = (options, options.Seed is { } seed ? new Random(seed) : new Random(), constraint);

    /// <summary>How likely the last choice was; null where nobody asked.</summary>
    public TokenChoice? Choice { get; private set; }

    /// <summary>Chooses a token; the scores are changed.</summary>
    public int Next(Span<float> scores)
    {
        (double log, IReadOnlyList<TokenProbability> best) = _options.TopLogProbabilities is { } count
            ? Likelihood(scores, count)
            : (0, []);
        float[]? before = _options.TopLogProbabilities is null ? null : scores.ToArray();
        if (_options.RepetitionPenalty != 1)
        {
            foreach (int token in _seen)
            {
                scores[token] =
                    scores[token] > 0
                        ? scores[token] / (float)_options.RepetitionPenalty
                        : scores[token] * (float)_options.RepetitionPenalty;
            }
        }

        _constraint?.Mask(scores);
        int chosen = _options.Temperature == 0 ? Best(scores) : Draw(scores);
        _seen.Add(chosen);
        _constraint?.Accept(chosen);
        Choice = before is null ? null : new TokenChoice(chosen, before[chosen] - log, best);
        return chosen;
    }

    /// <summary>The logarithm of the sum of all scores' exponentials, and the likeliest tokens.</summary>
    private static (double Log, IReadOnlyList<TokenProbability> Best) Likelihood(ReadOnlySpan<float> scores, int count)
    {
        float most = scores[Best(scores)];
        double sum = 0;
        var best = new PriorityQueue<int, (float Score, int Token)>();
        for (int i = 0; i < scores.Length; i++)
        {
            sum += Math.Exp(scores[i] - most);
            if (count > 0 && (best.Count < count || scores[i] > scores[best.Peek()]))
            {
                best.Enqueue(i, (scores[i], -i));
                if (best.Count > count)
                {
                    best.Dequeue();
                }
            }
        }

        double log = most + Math.Log(sum);
        var likeliest = new TokenProbability[best.Count];
        for (int i = likeliest.Length - 1; i >= 0; i--)
        {
            int token = best.Dequeue();
            likeliest[i] = new TokenProbability(token, scores[token] - log);
        }

        return (log, likeliest);
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
        Array.Resize(ref _candidates, scores.Length);
        Array.Resize(ref _probabilities, scores.Length);
        (int Token, double Score)[] candidates = _candidates;
        double[] probabilities = _probabilities;
        for (int i = 0; i < scores.Length; i++)
        {
            candidates[i] = (i, scores[i] / _options.Temperature);
        }

        Array.Sort(candidates, (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Token.CompareTo(b.Token));
        int count = _options.TopK > 0 ? Math.Min(_options.TopK, candidates.Length) : candidates.Length;
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += probabilities[i] = Math.Exp(candidates[i].Score - candidates[0].Score);
        }

        double kept = 0;
        int last = 0;
        for (; last < count; last++)
        {
            if (last > 0 && probabilities[last] < _options.MinP)
            {
                last--; // probabilities are relative to the best one's
                break;
            }

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
