using System.Text.RegularExpressions;
using OmgLlava.Words.Korean;

namespace OmgLlava.Words;

/// <summary>Puts questions into the words that a model was taught, where its directory says which those are.</summary>
internal sealed partial class WordReader
{
    /// <summary>How an answer begins that names words which the model was not taught.</summary>
    public const string NotTaught = "I was not taught";

    private const int LongestQuestion = 300;
    private const int FewWords = 8;

    private readonly Lexicon _lexicon;
    private readonly ExpressionReader _expressions;
    private readonly string _description;
    private readonly string? _beyond;
    private readonly KoreanQuestion _korean;
    private readonly KoreanAnswer _koreanAnswer;

    public WordReader(ModelWords words)
    {
        _lexicon = new Lexicon(words);
        _expressions = new ExpressionReader(_lexicon);
        _description = words.Description ?? Questions.Caption;
        _beyond = words.Beyond;
        var names = new KoreanNames(_lexicon);
        (_korean, _koreanAnswer) = (new KoreanQuestion(names, _description, _beyond), new KoreanAnswer(names));
    }

    /// <summary>Reads a question.</summary>
    /// <param name="question">The user's words, tidied.</param>
    /// <param name="prompts">What they point at.</param>
    public UnderstoodQuestion Read(string question, IReadOnlyList<VisualPrompt> prompts)
    {
        string asked = QuestionIntent.ExpressionOf(question) ?? question;
        if (question.Length <= LongestQuestion && KoreanText.IsKorean(asked))
        {
            return _korean.Read(asked, prompts);
        }

        if (question.Length > LongestQuestion || question.AsSpan().Trim().ContainsAny('\r', '\n'))
        {
            return new UnderstoodQuestion(question);
        }

        if (ForeignText.Answer(question) is { } foreign)
        {
            return new UnderstoodQuestion(question, Answer: foreign);
        }

        return prompts.Count > 0 || question.Contains('<', StringComparison.Ordinal)
                ? new UnderstoodQuestion(PointedQuestion.Read(question, prompts))
            : question == Questions.Caption ? new UnderstoodQuestion(_description)
            : Plain(question);
    }

    /// <summary>An answer to a question that was asked in Korean.</summary>
    public Reply InKorean(Reply reply) => _koreanAnswer.Translate(reply);

    private UnderstoodQuestion Plain(string question)
    {
        string[] words = _lexicon.Read(question);
        (QuestionKind kind, string what) = QuestionForms.Read(string.Join(' ', words));
        if (EnglishPhrases.Pronouns.Contains(what))
        {
            return new UnderstoodQuestion(question);
        }

        return kind switch
        {
            QuestionKind.Everything => new UnderstoodQuestion(Questions.Ground),
            QuestionKind.Description => new UnderstoodQuestion(_description),
            QuestionKind.List => new UnderstoodQuestion($"List the things in the picture {Order(what)}."),
            QuestionKind.Exists => About(question, what, (noun, other) =>
                $"Is there {EnglishText.A(noun?.Singular ?? other)} in the picture?"
            ),
            QuestionKind.Count => About(question, what, (noun, other) => $"How many {noun?.Plural ?? other} are there?"),
            QuestionKind.Color => Of(question, what, thing => new UnderstoodQuestion($"What color is {thing}?")),
            QuestionKind.Place => Of(question, what, thing => new UnderstoodQuestion($"Where is {thing}?")),
            QuestionKind.Use => Of(question, $"what you would use to {what}", Mask),
            QuestionKind.Mask => Of(question, what, Mask, always: IsPlainWish().IsMatch(question)),
            QuestionKind.Which => Which(question, what),
            _ => Bare(question, words),
        };
    }

    /// <summary>A question about a noun, or about an expression.</summary>
    private UnderstoodQuestion About(string question, string what, Func<Noun?, string, string> write) =>
        _lexicon.Find(what) is { } noun
            ? new UnderstoodQuestion(write(noun, ""))
            : Of(question, what, thing => new UnderstoodQuestion(write(null, Article().Replace(thing, ""))));

    /// <summary>A question about an expression; of words that were not taught it is said that they were not.</summary>
    private UnderstoodQuestion Of(string question, string what, Func<string, UnderstoodQuestion> write, bool always = false)
    {
        (string? expression, IReadOnlyList<string> unknown) = _expressions.Read(
            what.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );
        return expression is not null ? write(expression)
            : unknown.Count > 0 && (always || (unknown.Count < 3 && what.Split(' ').Length <= FewWords))
                ? new UnderstoodQuestion(question, always ? QuestionText.Expression(what) : null, Unknown(unknown))
            : new UnderstoodQuestion(question);
    }

    /// <summary>"which animal gives milk", "which cat is on the left".</summary>
    private UnderstoodQuestion Which(string question, string what)
    {
        string[] words = what.Split(' ');
        (Noun? noun, int length) = _lexicon.At(words, 0);
        if (noun is null || length == words.Length || (words.Length == length + 2 && words[^1] is "there" or "here"))
        {
            return new UnderstoodQuestion(question);
        }

        string rest = string.Join(' ', words[length..]);
        string head = $"the {string.Join(' ', words[..length])}";
        const string Is = "is ";
        bool place =
            rest.StartsWith(Is, StringComparison.Ordinal)
            && EnglishPhrases.Prepositions.Any(word => rest.AsSpan(Is.Length).StartsWith($"{word} ", StringComparison.Ordinal));
        (string? expression, _) = _expressions.Read(place ? $"{head} {rest[Is.Length..]}" : $"{head} that {rest}");
        return expression is null ? new UnderstoodQuestion(question) : Mask(expression);
    }

    /// <summary>Nothing but an expression asks for its mask; anything else stays as it is.</summary>
    private UnderstoodQuestion Bare(string question, string[] words)
    {
        string[] some = QuestionForms.Bare(string.Join(' ', words)).Split(' ');
        bool article = EnglishPhrases.Articles.Contains(some[0]) || EnglishPhrases.Totals.Contains(some[0]);
        bool begins =
            article
            || EnglishPhrases.Singling.Contains(some[0])
            || some[0] is "left" or "right" or "top" or "bottom" or "something" or "anything"
            || _lexicon.Adjectives.Contains(some[0])
            || _lexicon.At(some, 0).Noun is not null;
        if (!begins || question.TrimEnd().EndsWith('?'))
        {
            return new UnderstoodQuestion(question);
        }

        (string? expression, IReadOnlyList<string> unknown) = _expressions.Read(some);
        return expression is not null && IsExpression(some, expression) ? Mask(expression)
            : article && unknown.Count == 1 && some.Length == words.Length && some.Length <= FewWords / 2
                ? new UnderstoodQuestion(question, Answer: Unknown(unknown))
            : new UnderstoodQuestion(question);
    }

    private bool IsExpression(string[] words, string expression) =>
        words.Contains("one")
        || expression.StartsWith("what you would use to ", StringComparison.Ordinal)
        || _expressions.NounsOf(string.Join(' ', words)).Count > 0;

    private static UnderstoodQuestion Mask(string expression) => new(Questions.Segment(expression), expression);

    private static string Order(string order) =>
        order.Contains("top", StringComparison.Ordinal) ? "from top to bottom"
        : order.Contains("largest", StringComparison.Ordinal) ? "from the largest to the smallest"
        : "from left to right";

    private string Unknown(IReadOnlyList<string> words)
    {
        string[] quoted = [.. words.Select(word => $"\"{word}\"")];
        string list =
            quoted.Length == 1 ? $"the word {quoted[0]}" : $"the words {string.Join(", ", quoted[..^1])} and {quoted[^1]}";
        return $"{NotTaught} {list}, so I cannot say{(_beyond is null ? "" : $"; {_beyond} may know")}.";
    }

    [GeneratedRegex(@"\A(?:the|all) ")]
    private static partial Regex Article();

    [GeneratedRegex(@"\A(?:please )?(?:segment|mask)\b", RegexOptions.IgnoreCase)]
    private static partial Regex IsPlainWish();
}
