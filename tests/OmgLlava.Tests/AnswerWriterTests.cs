namespace OmgLlava.Tests;

/// <summary>From tokens with markers to clean text with phrases.</summary>
public class AnswerWriterTests(TinyModel tiny)
{
    [Theory]
    [InlineData("<p> the man </p> [SEG] holds <p> a cup </p> [SEG].", "the man holds a cup.", "the man", "a cup")]
    [InlineData("<p>Cat</p>[SEG].", "Cat.", "Cat")]
    [InlineData("Sure, [SEG].", "Sure,.", "")]
    [InlineData("<p> a </p> [SEG] [SEG], b", "a, b", "a", "")]
    [InlineData("no phrase <p> left open", "no phrase left open")]
    [InlineData("</p> stray", "stray")]
    public void Markers_vanish_with_their_spaces_and_phrases_keep_their_place(string answer, string text, params string[] phrases)
    {
        var assembler = new AnswerAssembler();
        var taken = new List<(string Phrase, int Start, int End)>();
        string rest = answer;
        while (rest.Length > 0)
        {
            string? marker = ((string[])["<p>", "</p>", "[SEG]"]).Where(m => rest.StartsWith(m, StringComparison.Ordinal)).FirstOrDefault();
            switch (marker)
            {
                case null:
                    assembler.Add(rest[..1]);
                    rest = rest[1..];
                    continue;
                case "<p>":
                    assembler.OpenPhrase();
                    break;
                case "</p>":
                    assembler.ClosePhrase();
                    break;
                default:
                    taken.Add(assembler.TakePhrase());
                    break;
            }

            rest = rest[marker.Length..];
        }

        Assert.Equal(text, assembler.Text);
        Assert.Equal(phrases, taken.Select(p => p.Phrase));
        Assert.All(taken, p => Assert.Equal(p.Phrase, text[p.Start..p.End]));
    }

    [Fact]
    public void Text_inside_a_phrase_is_marked_with_the_segment_that_it_will_get()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        var writer = new AnswerWriter(tiny.Model, image, []);
        var parts = tiny.Model.Tokenizer.Encode("It is <p> a cat </p> [SEG] and <p> a dog </p> [SEG].<|im_end|>").Select(writer.Add).ToList();
        Assert.Equal("It is", Joined(null, 0));
        Assert.Equal(" a cat", Joined(0, 0));
        Assert.Equal(" a dog", Joined(1, 0));
        (Reply reply, _) = writer.Reply([1], new ReplyTimings(default, default, default, 0, 1));
        Assert.True(reply.Complete);

        string Joined(int? phrase, int from) => string.Concat(parts.Skip(from).SkipWhile(part => part.Phrase != phrase || part.Text.Length == 0).TakeWhile(part => part.Phrase == phrase).Select(part => part.Text));
    }

    [Fact]
    public void A_stop_text_is_cut_off_even_when_it_comes_in_pieces()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        var writer = new AnswerWriter(tiny.Model, image, ["END"]);
        var parts = tiny.Model.Tokenizer.Encode("ENd of this: END", special: false).Select(token => writer.Add(token).Text).ToList();
        Assert.Equal("ENd of this:", string.Concat(parts).TrimEnd());
        (Reply reply, _) = writer.Reply([1], new ReplyTimings(default, default, default, 0, 1));
        Assert.Equal("ENd of this:", reply.Text.TrimEnd());
        Assert.True(reply.Complete);
    }
}
