namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// METEOR 1.5 for English (Denkowski and Lavie 2014), equal to the published program with the same stages. Without its paraphrase
/// table the numbers are not those of the published METEOR: <see cref="Description"/> says what was used.
/// </summary>
public sealed class MeteorScorer
{
    // METEOR's list of English function words: the most frequent ones of its training data, punctuation among them.
    private static readonly HashSet<string> FunctionWords =
    [
        .. (
            "the , . to of and a in that for \" is on 's it with was as said at he by be from have has are his but an this "
            + "not i will \u2019 they ) -rrb- ( "
            + "-lrb- who their had we which were been more or s its would about new one after you : also up when there than $ "
            + "all out her people she year two "
            + "- can if last first \u201c over other \u201d into some what so -- no time years could ? 't \u2014 '"
        ).Split(' '),
    ];

    private readonly MeteorOptions _options;
    private readonly MeteorMatcher _matcher;

    /// <summary>Makes a scorer; it can be used by several threads at once.</summary>
    public MeteorScorer(MeteorOptions? options = null)
    {
        _options = options ?? new MeteorOptions();
        ArgumentOutOfRangeException.ThrowIfZero(_options.StageWeights.Count, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.StageWeights.Count, MeteorStatistics.StageCount, nameof(options));
        _matcher = new MeteorMatcher(_options.StageWeights.Count, _options.Synonyms, _options.Paraphrases);
    }

    /// <summary>Which stages are in use, for reports.</summary>
    public string Description
    {
        get
        {
            List<string> stages = ["exact"];
            if (_matcher.Stages > (int)MeteorStage.Stem)
            {
                stages.Add("stem");
            }

            bool synonyms = _matcher.Stages > (int)MeteorStage.Synonym && _options.Synonyms is not null;
            bool paraphrases = _matcher.Stages > (int)MeteorStage.Paraphrase && _options.Paraphrases is not null;
            stages.AddRange(synonyms ? [$"synonym ({_options.Synonyms!.Name})"] : []);
            stages.AddRange(paraphrases ? [$"paraphrase ({_options.Paraphrases!.Name})"] : []);
            string absent = (synonyms, paraphrases) switch
            {
                (true, true) => "",
                (true, false) => "; no paraphrase table, so not the published METEOR",
                (false, true) => "; WordNet is absent, so not the published METEOR",
                _ => "; WordNet and the paraphrase table are absent, so not the published METEOR",
            };
            return $"METEOR 1.5 arithmetic with {string.Join(", ", stages)}{absent}";
        }
    }

    /// <summary>A scorer with the WordNet of this machine if it has one, and no paraphrases.</summary>
    /// <exception cref="OmgLlavaException">WordNet's files are damaged.</exception>
    public static MeteorScorer CreateDefault() => new(new MeteorOptions { Synonyms = WordNet.Find() });

    /// <summary>Compares a sentence with references; the one with the best score counts.</summary>
    /// <param name="test">The sentence.</param>
    /// <param name="references">At least one.</param>
    public MeteorStatistics Compare(string test, IReadOnlyList<string> references)
    {
        ArgumentOutOfRangeException.ThrowIfZero(references.Count, nameof(references));
        string[] words = Words(test);
        (MeteorStatistics? best, double bestScore) = (null, -1);
        foreach (string reference in references)
        {
            MeteorStatistics statistics = Compare(words, Words(reference));
            double score = Score(statistics);
            if (score > bestScore)
            {
                (best, bestScore) = (statistics, score);
            }
        }

        return best!;
    }

    /// <summary>The score of counts, 0 to 1.</summary>
    public double Score(MeteorStatistics statistics)
    {
        double precision =
            Weigh(statistics.TestContent, statistics.TestFunction) / Length(statistics.TestLength, statistics.TestFunctionWords);
        double recall =
            Weigh(statistics.ReferenceContent, statistics.ReferenceFunction)
            / Length(statistics.ReferenceLength, statistics.ReferenceFunctionWords);
        double mean = 1 / (((1 - _options.Alpha) / precision) + (_options.Alpha / recall));
        double fragmentation = statistics.IsComplete
            ? 0
            : statistics.Chunks / ((statistics.TestMatches + statistics.ReferenceMatches) / 2);
        double score = mean * (1 - (_options.Gamma * Math.Pow(fragmentation, _options.Beta)));
        return double.IsNaN(score) ? 0 : Math.Max(score, 0);

        double Length(double words, double functionWords) =>
            (_options.Delta * (words - functionWords)) + ((1 - _options.Delta) * functionWords);

        double Weigh(IReadOnlyList<double> content, IReadOnlyList<double> function)
        {
            double sum = 0;
            for (int stage = 0; stage < _options.StageWeights.Count; stage++)
            {
                sum += content[stage] * _options.StageWeights[stage] * _options.Delta;
            }

            for (int stage = 0; stage < _options.StageWeights.Count; stage++)
            {
                sum += function[stage] * _options.StageWeights[stage] * (1 - _options.Delta);
            }

            return sum;
        }
    }

    private MeteorStatistics Compare(string[] test, string[] reference)
    {
        MeteorMatch?[] chosen = MeteorAlignment.Resolve(_matcher.Find(test, reference), test.Length);
        bool[] testFunction = [.. test.Select(FunctionWords.Contains)];
        bool[] referenceFunction = [.. reference.Select(FunctionWords.Contains)];
        var statistics = new MeteorStatistics
        {
            TestLength = test.Length,
            ReferenceLength = reference.Length,
            TestFunctionWords = testFunction.Count(function => function),
            ReferenceFunctionWords = referenceFunction.Count(function => function),
            Chunks = MeteorAlignment.CountChunks(chosen),
        };
        foreach (MeteorMatch match in chosen.OfType<MeteorMatch>())
        {
            statistics.CountMatches(match, testFunction, referenceFunction);
        }

        return statistics;
    }

    private static string[] Words(string sentence) =>
        MeteorText
            .Normalize(sentence)
            .ToLowerInvariant()
            .Split((char[])[' ', '\t', '\n', '\r', '\f'], StringSplitOptions.RemoveEmptyEntries);
}
