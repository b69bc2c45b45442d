using OmgLlava.Data;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Tests.Language;
using OmgLlava.Training.Samples;

namespace OmgLlava.Tests.Training.Samples;

public class ConversationSampleTests
{
    private static readonly Mask A = new(2, 1, [true, false]);
    private static readonly Mask B = new(2, 1, [false, true]);
    private static readonly Mask Both = new(2, 1, [true, true]);
    private static readonly Mask Nothing = new(2, 1, [false, false]);

    private readonly Tokenizer _tokenizer = SmallLanguage.Tokenizer();

    /// <summary>Each token that is known to speak of a thing is the one before a word about it, or [SEG].</summary>
    [Fact]
    public void Tokens_know_what_they_speak_of()
    {
        const string List = "A red cat on the left, a dog.";
        int comma = List.IndexOf(',', StringComparison.Ordinal);
        ConversationSample sample = Sample(
            256,
            new ConversationTurn("List all.", List, [], []) { Subjects = [new(0, comma, A), new(comma + 2, List.Length - 1, B)] },
            new ConversationTurn("Both?", "<p> All </p> [SEG] and <p> nothing </p> [SEG].", [], [Both, Nothing])
        );

        Assert.Equal([A, B, Both, Nothing], sample.SubjectMasks);
        Assert.Equal("A red cat on the left", Words(0));
        Assert.Equal("a dog", Words(1));
        Assert.Equal(
            ["[SEG]", "[SEG]"],
            sample
                .Subjects.Where(subject => subject.Mask >= 2)
                .Select(subject => _tokenizer.Decode([(int)sample.Ids[subject.Token]]).Trim())
        );

        string Words(int mask) =>
            _tokenizer
                .Decode([
                    .. sample
                        .Subjects.Where(subject => subject.Mask == mask)
                        .Select(subject => (int)sample.Ids[subject.Token + 1]),
                ])
                .Trim();
    }

    /// <summary>A noun is known where its last piece has been read; one that names the same in two questions is one.</summary>
    [Fact]
    public void Nouns_know_what_they_name()
    {
        const string First = "Is there a red cat to the left of the umbrella?";
        const string Second = "Where is the <mark> umbrella";
        ConversationSample sample = Sample(
            256,
            new ConversationTurn(First, "Yes.", [], []) { Mentions = [Of(First, "cat", A), Of(First, "umbrella", B)] },
            new ConversationTurn(Second, "There.", [VisualPrompt.Point(0, 0)], []) { Mentions = [Of(Second, "umbrella", B)] }
        );

        Assert.Equal([A, B], sample.SubjectMasks);
        Assert.Equal([0, 1, 1], sample.Mentions.Select(mention => mention.Mask));
        Assert.Equal(
            ["cat", "umbrella", "umbrella"],
            sample.Mentions.Select(mention =>
                _tokenizer.Decode([.. sample.Ids[..(mention.Token + 1)].Where(id => id >= 0).Select(id => (int)id)]).Split(' ')[
                    ^1
                ]
            )
        );

        static QuestionMention Of(string question, string noun, Mask mask)
        {
            int start = question.IndexOf(noun, StringComparison.Ordinal);
            return new QuestionMention(start, start + noun.Length, mask);
        }
    }

    /// <summary>Questions that begin conversations of their own have, behind what all share, the tokens that they have alone; one
    /// that refers back goes on.</summary>
    [Fact]
    public void Conversations_apart_are_as_they_are_alone()
    {
        const string Where = "Where is the umbrella?";
        int end = Where.Length - 1;
        var colour = new ConversationTurn("And its colour?", "Red.", [], []);
        ConversationTurn[] turns =
        [
            new("Is there a cat?", "Yes.", [], []),
            new(Where, "There.", [], []) { Mentions = [new(end - "umbrella".Length, end, B)], Next = colour },
            colour,
            new("<mark> What is this?", "A cat.", [VisualPrompt.Point(0, 0)], []),
        ];
        ConversationSample[] alone = [Sample(256, turns[0]), Sample(256, turns[1], colour), Sample(256, turns[3])];
        ConversationSample all = Create(256, () => true, turns);

        long[] shared = [.. all.Ids.Where((_, i) => all.Conversations[i] == 1)];
        Assert.Equal(-200, shared[^1]);
        foreach ((int i, ConversationSample conversation) in alone.Index())
        {
            int[] own = [.. Enumerable.Range(0, all.Ids.Length).Where(token => all.Conversations[token] == i + 2)];
            Assert.Equal(conversation.Ids, shared.Concat(own.Select(token => all.Ids[token])));
            Assert.Equal(conversation.Labels[shared.Length..], own.Select(token => all.Labels[token]));
        }

        TokenSubject mention = Assert.Single(all.Mentions);
        Assert.Equal(all.Ids[mention.Token], alone[1].Ids[Assert.Single(alone[1].Mentions).Token]);
        Assert.Equal(3, all.Conversations[mention.Token]);

        // What is pointed at is known from the last token of its question on.
        int mark = _tokenizer.Id(ChatTemplate.MarkPlaceholder);
        Assert.All(all.Pointed, pointed => Assert.Equal(mark, all.Ids[pointed.Placeholder]));
        Assert.Equal(all.Ids.Length - 2, all.Pointed[^1].Token);
        Assert.Equal(-100, all.Labels[all.Pointed[0].Token]);
        Assert.Equal(all.Ids.Length - all.Pointed[0].Token - 1, all.Pointed.Count);
    }

    /// <summary>A number is to be known at the token before the word that depends on it, which may be the last one of the
    /// question.</summary>
    [Fact]
    public void Tokens_know_how_many_are_counted()
    {
        const string Caption = "<p> Two cats </p> [SEG] and <p> a dog </p> [SEG].";
        int dog = Caption.IndexOf("a dog", StringComparison.Ordinal);
        ConversationSample sample = Sample(
            256,
            new ConversationTurn("What is there?", Caption, [], [Both, A])
            {
                Subjects = [new(4, 12, Both) { Number = 2 }, new(dog, dog + 5, A) { Number = 1 }],
            },
            new ConversationTurn("Segment the bird.", "There is none.", [], [])
            {
                Subjects = [new(0, 0, Nothing) { Number = 0 }],
            },
            new ConversationTurn("List all.", "A dog.", [], []) { Subjects = [new(0, 6, A)] }
        );

        Assert.Equal([Both, A, Nothing], sample.SubjectMasks); // what two tokens speak of is one
        Assert.Equal([(0, 2), (1, 1), (2, 0)], sample.Numbers.Select(number => (number.At.Mask, number.Number)));
        Assert.Equal(["Two", "a", "There"], sample.Numbers.Select(number => After(number.At.Token)));
        Assert.DoesNotContain(sample.Subjects, subject => subject.Mask == 2);
        Assert.Equal(
            "Two cats",
            _tokenizer
                .Decode([
                    .. sample
                        .Subjects.Where(subject => subject.Mask == 0 && sample.Ids[subject.Token] != _tokenizer.Id("[SEG]"))
                        .Select(subject => (int)sample.Ids[subject.Token + 1]),
                ])
                .Trim()
        );

        string After(int token) =>
            _tokenizer.Decode([.. sample.Ids[(token + 1)..].Select(id => (int)id)]).TrimStart().Split(' ')[0];
    }

    [Fact]
    public void A_number_behind_the_end_is_left_out()
    {
        const string Answer = "A cat that is very large and red and stands on the green grass by the water, two dogs.";
        var turn = new ConversationTurn("List all.", Answer, [], [])
        {
            Subjects = [new(0, 0, A) { Number = 1 }, new(77, Answer.Length - 1, B) { Number = 2 }],
        };
        Assert.Equal([1, 2], Sample(1000, turn).Numbers.Select(number => number.Number));
        Assert.Equal([1], Sample(Sample(1000, turn).Ids.Length - 20, turn).Numbers.Select(number => number.Number));
    }

    [Fact]
    public void What_is_cut_off_speaks_of_nothing()
    {
        const string Answer = "A cat that is very large and red and stands on the green grass by the water, a dog.";
        var turn = new ConversationTurn("List all.", Answer, [], [])
        {
            Subjects = [new(0, 75, A), new(77, Answer.Length - 1, B)],
        };
        int length = Sample(1000, turn).Ids.Length - 20;
        ConversationSample sample = Sample(length, turn);
        Assert.Equal(length, sample.Ids.Length);
        Assert.Equal(length - 2, sample.Subjects.Max(subject => subject.Token));
        Assert.DoesNotContain(sample.Subjects, subject => subject.Mask == 1);
    }

    private ConversationSample Sample(int maxTokens, params ConversationTurn[] turns) => Create(maxTokens, null, turns);

    private ConversationSample Create(int maxTokens, Func<bool>? begins, params ConversationTurn[] turns) =>
        ConversationSample.Create(
            new TrainingScene("scene", new RgbImage(2, 1, new byte[6]), [], () => []),
            turns,
            new ChatTemplate(),
            _tokenizer,
            maxTokens,
            begins
        );
}
