using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class PtbTokenizerTests
{
    [Theory]
    [InlineData("A man's dog can't swim, but it doesn't mind.", "a man 's dog ca n't swim , but it does n't mind .")]
    [InlineData("They're gonna play U.S. football @ 7:30 p.m., ok?!", "they 're gon na play u.s. football @ 7:30 p.m. , ok ?!")]
    [InlineData("\"Stop!\" says Mr. O'Neil (twice)...", "`` stop ! '' says mr. o'neil -lrb- twice -rrb- ...")]
    [InlineData("x-ray, t-shirt and red-brick; AT&T and/or w/", "x-ray , t-shirt and red-brick ; at&t and/or w /")]
    [InlineData("costs $15.99 or \u20ac5 \u2014 50% off", "costs $ 15.99 or $ 5 -- 50 % off")]
    [InlineData("a <box> [blue] {red} 1/2 full", "a <box> -lsb- blue -rsb- -lcb- red -rcb- 1/2 full")]
    [InlineData("the '80s, rock'n'roll, c'mon, 'tis", "the '80s , rock 'n' roll , c'mon , 't is")]
    [InlineData("Jan. 5 and 3.5 lbs. of it. Cannot", "jan. 5 and 3.5 lbs . of it . can not")]
    [InlineData("www.example.com, me@home.org, #tag", "www.example.com , me@home.org, #tag")]
    [InlineData("", "")]
    public void Captions_are_cut_as_the_Treebank_does(string caption, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', PtbTokenizer.Cut(caption)));

    [Theory]
    // brackets stay, as in coco-caption
    [InlineData("A cat, a dog -- and (maybe) a bird!", "a cat a dog and -lrb- maybe -rrb- a bird")]
    [InlineData("Wow!! \"No\"...", "wow !! no")]
    public void Punctuation_is_dropped(string caption, string tokens) => Assert.Equal(tokens, PtbTokenizer.Tokenize(caption));

    [Fact]
    public void Any_text_is_cut_and_no_token_is_empty_or_has_a_space() =>
        Prop.ForAll(
                Gen.Elements(
                        "a",
                        "B",
                        "'",
                        "\"",
                        ".",
                        ",",
                        " ",
                        "-",
                        "&amp;",
                        "<",
                        ">",
                        "(",
                        "\n",
                        "\u00e9",
                        "\ud83d\ude00",
                        "1",
                        "/",
                        "$",
                        "@",
                        "n't",
                        "\u201c",
                        "\0"
                    )
                    .ListOf()
                    .Select(parts => string.Concat(parts))
                    .ToArbitrary(),
                text => PtbTokenizer.Cut(text).All(token => token.Length > 0 && !token.Contains(' ', StringComparison.Ordinal))
            )
            .QuickCheckThrowOnFailure();
}
