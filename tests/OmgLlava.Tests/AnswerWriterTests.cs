using OmgLlava.Language;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

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
            string? marker = ((string[])["<p>", "</p>", "[SEG]"])
                .Where(m => rest.StartsWith(m, StringComparison.Ordinal))
                .FirstOrDefault();
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
        using var writer = new AnswerWriter(tiny.Model, image, []);
        var parts = tiny
            .Model.Tokenizer.Encode("It is <p> a cat </p> [SEG] and <p> a dog </p> [SEG].<|im_end|>")
            .Select(writer.Add)
            .ToList();
        Assert.Equal("It is", Joined(null, 0));
        Assert.Equal(" a cat", Joined(0, 0));
        Assert.Equal(" a dog", Joined(1, 0));
        (Reply reply, _) = writer.Reply([1], new ReplyTimings(default, default, default, 0, 1));
        Assert.True(reply.Complete);

        string Joined(int? phrase, int from) =>
            string.Concat(
                parts
                    .Skip(from)
                    .SkipWhile(part => part.Phrase != phrase || part.Text.Length == 0)
                    .TakeWhile(part => part.Phrase == phrase)
                    .Select(part => part.Text)
            );
    }

    [Fact]
    public void A_stop_text_is_cut_off_even_when_it_comes_in_pieces()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        using var writer = new AnswerWriter(tiny.Model, image, ["END"]);
        var parts = tiny
            .Model.Tokenizer.Encode("ENd of this: END", special: false)
            .Select(token => writer.Add(token).Text)
            .ToList();
        Assert.Equal("ENd of this:", string.Concat(parts).TrimEnd());
        (Reply reply, _) = writer.Reply([1], new ReplyTimings(default, default, default, 0, 1));
        Assert.Equal("ENd of this:", reply.Text.TrimEnd());
        Assert.True(reply.Complete);
    }

    [Fact]
    public void Masks_that_are_decoded_beside_the_text_are_the_same_in_the_same_order()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        using Tensor states = randn([6, tiny.Model.Config.Language.HiddenSize], generator: new Generator(7));
        Segment[] inTurn = Segments(masksAside: false),
            beside = Segments(masksAside: true);
        Assert.Equal(["a", "b", "c", "d", "e", "f"], beside.Select(segment => segment.Phrase));
        Assert.True(
            inTurn.Select(segment => segment.Mask?.Area).Distinct().Count() > 1,
            "All masks are alike, so that a wrong order would not be seen."
        );
        foreach ((Segment first, Segment second) in inTurn.Zip(beside))
        {
            Assert.Equal(first.Phrase, second.Phrase);
            Assert.Equal(first.Mask?.Pixels.ToArray(), second.Mask?.Pixels.ToArray());
        }

        Segment[] Segments(bool masksAside)
        {
            using var writer = new AnswerWriter(tiny.Model, image, [], masksAside);
            int seg = tiny.Model.Tokenizer.Id("[SEG]"),
                next = 0;
            List<Segment> taken = [];
            foreach (
                int token in tiny.Model.Tokenizer.Encode(
                    "<p> a </p> [SEG] <p> b </p> [SEG] <p> c </p> [SEG] <p> d </p> [SEG] <p> e </p> [SEG] <p> f </p> [SEG]"
                )
            )
            {
                writer.Add(token);
                if (token == seg)
                {
                    using OmgLlava.Engine.Tensor state = states[next++].ToEngine();
                    writer.Read(new GenerationEvent(0, token, state));
                }

                if (writer.TryTake(wait: false, out Segment? done))
                {
                    taken.Add(done);
                }
            }

            (Reply reply, _) = writer.Reply([1], new ReplyTimings(default, default, default, 0, 1));
            Assert.Equal(reply.Segments.Take(taken.Count), taken);
            return [.. reply.Segments];
        }
    }
}
