using System.IO.Compression;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class MeteorScorerTests
{
    /// <summary>"cat" and "mat" are content words, "the" and "on" function words; all match, in two chunks.</summary>
    [Fact]
    public void A_case_computed_by_hand()
    {
        var scorer = new MeteorScorer(new MeteorOptions { StageWeights = [1] });
        MeteorStatistics counts = scorer.Compare("on the mat the cat", ["the cat on the mat"]);
        Assert.Equal(
            "5.0 5.0 3.0 3.0 2.0 2.0 3.0 3.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 2.0 5.0 5.0",
            counts.ToString()
        );
        Assert.Equal(1 - (0.6 * Math.Pow(2 / 5d, 0.2)), scorer.Score(counts), 12);
    }

    [Fact]
    public void Stems_weigh_less_than_words()
    {
        var scorer = new MeteorScorer(new MeteorOptions { StageWeights = [1, 0.6] });
        MeteorStatistics counts = scorer.Compare("dogs run", ["dog runs"]);
        Assert.Equal(2, counts.TestContent[(int)MeteorStage.Stem]);
        Assert.Equal(0.6, scorer.Score(counts), 12);
    }

    [Fact]
    public void Synonyms_and_paraphrases_come_from_where_one_says()
    {
        var scorer = new MeteorScorer(
            new MeteorOptions { Synonyms = new Cars(), Paraphrases = new ParaphraseTable("a table", [("in front of", "before")]) }
        );
        MeteorStatistics counts = scorer.Compare("automobile before houses", ["car in front of houses"]);
        Assert.Equal(1, counts.TestContent[(int)MeteorStage.Synonym]);
        Assert.Equal(1, counts.TestContent[(int)MeteorStage.Paraphrase]);
        Assert.Equal(3, counts.ReferenceMatches - counts.TestMatches + 1);
        Assert.Equal("METEOR 1.5 arithmetic with exact, stem, synonym (a list), paraphrase (a table)", scorer.Description);
    }

    [Fact]
    public void What_is_absent_is_said() =>
        Assert.Equal(
            "METEOR 1.5 arithmetic with exact, stem; WordNet and the paraphrase table are absent, so not the published METEOR",
            new MeteorScorer().Description
        );

    [Fact]
    public void The_best_reference_counts()
    {
        var scorer = new MeteorScorer();
        Assert.Equal(1, scorer.Score(scorer.Compare("a dog runs", ["two cats", "a dog runs"])), 12);
    }

    [Fact]
    public void Nothing_in_common_scores_0()
    {
        var scorer = new MeteorScorer();
        Assert.Equal(0, scorer.Score(scorer.Compare("", ["a dog"])));
        Assert.Equal(0, scorer.Score(scorer.Compare("two cats", ["a dog"])));
    }

    [Theory]
    [InlineData("running", "run")]
    [InlineData("ponies", "poni")]
    [InlineData("generously", "generous")]
    [InlineData("skies", "sky")]
    [InlineData("hopping", "hop")]
    [InlineData("hoping", "hope")]
    [InlineData("conditional", "condit")]
    [InlineData("dog's", "dog")]
    [InlineData("by", "by")]
    [InlineData("sayings", "say")]
    public void Stems(string word, string stem) => Assert.Equal(stem, EnglishStemmer.Stem(word));

    [Theory]
    [InlineData("Well-known U.S. films, e.g. \"Heat\"...", "Well known US films , eg \" Heat \" ...")]
    [InlineData("It's 1990's fun. He isn't Mr. Bond.", "It 's 1990 's fun . He isn 't Mr. Bond .")]
    [InlineData("No. 5 costs 1,000, really", "No. 5 costs 1,000 , really")]
    public void Words_are_parted(string line, string words) => Assert.Equal(words, MeteorText.Normalize(line));

    [Fact]
    public void A_dictionary_in_the_layout_of_WordNet_is_read()
    {
        using var folder = new TemporaryFolder();
        foreach (string kind in (string[])["noun", "verb", "adj", "adv"])
        {
            folder.Write(
                $"index.{kind}",
                kind == "noun"
                    ? "  1 licence\ncar n 1 1 @ 1 1 02958343  \nautomobile n 2 1 @ 2 1 02958343 00000007  \nox n 1 0 1 0 00000009\n"u8.ToArray()
                    : []
            );
            folder.Write($"{kind}.exc", kind == "noun" ? "oxen ox\n"u8.ToArray() : []);
        }

        WordNet words = WordNet.Load(folder.Path);
        Assert.Equal(3, words.Count);
        Assert.Equal([02958343], words.Meanings("car"));
        Assert.Equal([02958343], words.Meanings("cars"));
        Assert.Equal([9], words.Meanings("oxen"));
        Assert.Equal([7, 02958343], words.Meanings("automobiles").Order());
        Assert.Empty(words.Meanings("dogs"));

        folder.Write("index.noun", "car n x\n"u8.ToArray());
        Assert.Contains(
            "Line 1 of",
            Assert.Throws<OmgLlavaException>(() => WordNet.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
        File.Delete(folder["verb.exc"]);
        folder.Write("index.noun", []);
        Assert.Contains(
            "OMG_WORDNET",
            Assert.Throws<OmgLlavaException>(() => WordNet.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_paraphrase_table_in_the_published_form_is_read()
    {
        using var folder = new TemporaryFolder();
        Zip("0.1\nin front of\nbefore\n0.2\nin\nwithin\n");
        ParaphraseTable table = ParaphraseTable.Load(folder["table.gz"]);
        Assert.Equal(
            ["1 within", "3 before"],
            table.Find(["in", "front", "of", "it"], 0).Select(found => $"{found.Length} {string.Join(' ', found.Paraphrase)}")
        );
        Zip("0.1\nin front of\n");
        Assert.Contains(
            "is cut off",
            Assert.Throws<OmgLlavaException>(() => ParaphraseTable.Load(folder["table.gz"])).Message,
            StringComparison.Ordinal
        );
        folder.Write("table.gz", "no gzip"u8.ToArray());
        Assert.Contains(
            "cannot be read",
            Assert.Throws<OmgLlavaException>(() => ParaphraseTable.Load(folder["table.gz"])).Message,
            StringComparison.Ordinal
        );

        void Zip(string text)
        {
            using var writer = new StreamWriter(new GZipStream(File.Create(folder["table.gz"]), CompressionLevel.Fastest));
            writer.Write(text);
        }
    }

    private sealed class Cars : ISynonymSource
    {
        public string Name => "a list";

        public IReadOnlySet<int> Meanings(string word) => word is "car" or "automobile" ? new HashSet<int> { 1 } : [];
    }
}
