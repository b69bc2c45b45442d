using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

public class WorldVocabularyTests
{
    private static WorldVocabulary Vocabulary => WorldVocabulary.Default;

    [Fact]
    public void There_are_more_than_two_hundred_categories_with_names_of_their_own()
    {
        Assert.True(Vocabulary.Categories.Count >= 200);
        string[] words =
        [
            .. Vocabulary.Categories.Select(category => category.Name).Concat(Vocabulary.Stuffs.Select(stuff => stuff.Name)),
        ];
        Assert.Equal(words.Length, words.Distinct().Count());
        Assert.Equal(words, Vocabulary.ClassNames);
        Assert.All(Vocabulary.Categories, category => Assert.Empty(category.Kinds.Intersect(category.DoubtfulKinds)));
        string[] codes = [.. Vocabulary.Categories.SelectMany(category => category.Codes)];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[0-9a-f]{4,5}(-[0-9a-f]{4,5})*$", code));
    }

    [Fact]
    public void Facts_speak_of_known_categories_that_are_of_their_kind()
    {
        Assert.True(Vocabulary.Facts.Count > 100);
        foreach (Fact fact in Vocabulary.Facts)
        {
            Assert.NotEmpty(fact.Members);
            Assert.All(
                fact.Members.Concat(fact.Doubtful),
                name => Assert.True(Vocabulary.Find(name) is not null, $"'{name}' of '{fact.Clause}'")
            );
            Assert.Empty(fact.Members.Intersect(fact.Doubtful));
            Assert.All(
                fact.Members.Where(_ => fact.Kind is not (null or "thing")),
                name => Assert.True(Vocabulary.Find(name)!.Is(fact.Kind!), $"'{name}' is no '{fact.Kind}'")
            );
        }
    }

    [Theory]
    [InlineData(220, 20, 20, "red")]
    [InlineData(250, 140, 20, "orange")]
    [InlineData(250, 215, 40, "yellow")]
    [InlineData(50, 160, 60, "green")]
    [InlineData(40, 100, 220, "blue")]
    [InlineData(130, 60, 190, "purple")]
    [InlineData(245, 150, 190, "pink")]
    [InlineData(120, 70, 30, "brown")]
    [InlineData(25, 25, 28, "black")]
    [InlineData(245, 245, 250, "white")]
    [InlineData(140, 140, 145, "gray")]
    public void Colors_have_their_usual_names(byte r, byte g, byte b, string expected) =>
        Assert.Equal(expected, ColorNames.All[ColorNames.Of(r, g, b)]);

    [Fact]
    public void The_text_corpus_is_the_same_for_the_same_seed_and_speaks_of_everything()
    {
        var corpus = new TextCorpus(Vocabulary, 3);
        (string Question, string Answer)[] texts = [.. Enumerable.Range(0, 4000).Select(i => corpus.At(i))];
        Assert.Equal(texts[17], new TextCorpus(Vocabulary, 3).At(17));
        Assert.NotEqual(texts[17], new TextCorpus(Vocabulary, 4).At(17));
        Assert.All(texts, text => Assert.True(text.Question.Length > 5 && text.Answer.EndsWith('.')));
        string all = string.Join(' ', texts.Select(text => $"{text.Question} {text.Answer}"));
        Assert.All(Vocabulary.Categories, category => Assert.Contains(category.Name, all, StringComparison.OrdinalIgnoreCase));
    }
}
