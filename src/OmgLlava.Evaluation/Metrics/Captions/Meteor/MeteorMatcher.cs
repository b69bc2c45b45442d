namespace OmgLlava.Evaluation.Metrics;

/// <summary>Finds every match of two sentences, stage by stage.</summary>
internal sealed class MeteorMatcher(int stages, ISynonymSource? synonyms, IParaphraseTable? paraphrases)
{
    /// <summary>Number of stages in use, from the first on.</summary>
    public int Stages { get; } = stages;

    /// <summary>The matches that begin at each word of the reference.</summary>
    public List<MeteorMatch>[] Find(string[] test, string[] reference)
    {
        List<MeteorMatch>[] matches = [.. reference.Select(_ => new List<MeteorMatch>())];
        bool same = test.AsSpan().SequenceEqual(reference); // then the other stages could only lead the search astray
        Pair(MeteorStage.Exact, (t, r) => test[t] == reference[r]);
        if (!same && Stages > (int)MeteorStage.Stem)
        {
            string[] testStems = [.. test.Select(EnglishStemmer.Stem)];
            string[] referenceStems = [.. reference.Select(EnglishStemmer.Stem)];
            Pair(MeteorStage.Stem, (t, r) => testStems[t] == referenceStems[r] && test[t] != reference[r]);
        }

        if (!same && Stages > (int)MeteorStage.Synonym && synonyms is not null)
        {
            IReadOnlySet<int>[] testMeanings = [.. test.Select(synonyms.Meanings)];
            IReadOnlySet<int>[] referenceMeanings = [.. reference.Select(synonyms.Meanings)];
            Pair(MeteorStage.Synonym, (t, r) => test[t] != reference[r] && testMeanings[t].Overlaps(referenceMeanings[r]));
        }

        if (!same && Stages > (int)MeteorStage.Paraphrase && paraphrases is not null)
        {
            AddParaphrases(paraphrases, test, reference, matches);
        }

        return matches;

        void Pair(MeteorStage stage, Func<int, int, bool> match)
        {
            for (int r = 0; r < reference.Length; r++)
            {
                for (int t = 0; t < test.Length; t++)
                {
                    if (match(t, r))
                    {
                        matches[r].Add(new MeteorMatch((int)stage, r, 1, t, 1));
                    }
                }
            }
        }
    }

    private static void AddParaphrases(IParaphraseTable table, string[] test, string[] reference, List<MeteorMatch>[] matches)
    {
        for (int r = 0; r < reference.Length; r++)
        {
            foreach ((int length, IReadOnlyList<string> paraphrase) in table.Find(reference, r))
            {
                foreach (int t in Places(test, paraphrase))
                {
                    matches[r].Add(new MeteorMatch((int)MeteorStage.Paraphrase, r, length, t, paraphrase.Count));
                }
            }
        }

        for (int t = 0; t < test.Length; t++)
        {
            foreach ((int length, IReadOnlyList<string> paraphrase) in table.Find(test, t))
            {
                foreach (int r in Places(reference, paraphrase))
                {
                    matches[r].Add(new MeteorMatch((int)MeteorStage.Paraphrase, r, paraphrase.Count, t, length));
                }
            }
        }
    }

    private static IEnumerable<int> Places(string[] words, IReadOnlyList<string> phrase) =>
        Enumerable
            .Range(0, Math.Max(0, words.Length - phrase.Count + 1))
            .Where(at => phrase.Index().All(word => words[at + word.Index] == word.Item));
}
