using System.Text.RegularExpressions;
using OmgLlava.Evaluation.Tasks;
using OmgLlava.Words.Korean;

namespace OmgLlava.Evaluation.Suites;

/// <summary>What drawn scenes ask for, in Korean; which of several ways is taken depends on the number of the question
/// alone.</summary>
internal static class KoreanWording
{
    private static readonly KoreanPhrase Phrases = new(KoreanNames.All);
    private static readonly KoreanAnswer Answers = new(KoreanNames.All);

    private static readonly (Regex Trained, Func<string, string>[] Ways)[] Forms =
    [
        (
            Wording.Exists(),
            [
                what => $"{KoreanText.Subject(what)} 있나요?",
                what => $"이 사진에 {KoreanText.Subject(what)} 보입니까?",
                what => $"그림에 {what} 있어?",
            ]
        ),
        (
            Wording.Count(),
            [
                what => $"{KoreanText.Subject(what)} 몇 개 있나요?",
                what => $"사진에 {KoreanText.Topic(what)} 모두 몇 개예요?",
                what => $"{what} 개수를 알려 줘",
            ]
        ),
        (
            Wording.Color(),
            [
                what => $"{KoreanText.Topic(what)} 무슨 색인가요?",
                what => $"{what}의 색깔은?",
                what => $"{KoreanText.Subject(what)} 어떤 색이에요?",
            ]
        ),
        (
            Wording.Place(),
            [
                what => $"{KoreanText.Topic(what)} 어디에 있나요?",
                what => $"{what} 어디 있어?",
                what => $"{what}의 위치를 알려 주세요.",
            ]
        ),
    ];

    /// <summary>A wish for a mask; null where the expression has no Korean here.</summary>
    public static string? Expression(string text, int number) =>
        Phrases.Of(text) is not { } what
            ? null
            : (number % 4) switch
            {
                0 => $"{KoreanText.Object(what)} 분할해 주세요.",
                1 => $"이 사진에서 {KoreanText.Object(what)} 찾아 줘",
                2 => $"{what}의 마스크를 보여 줘",
                _ => what,
            };

    /// <summary>A question with its answer; null where one of them has no Korean here.</summary>
    public static ExactQuestion? Question(ExactQuestion question, int number)
    {
        foreach ((Regex trained, Func<string, string>[] ways) in Forms)
        {
            if (trained.Match(question.Text) is { Success: true } match && Phrases.Of(match.Groups["what"].Value) is { } what)
            {
                string answer = Answers.Translate(Reply.Of(question.Answer, [])).Text;
                return answer == question.Answer
                    ? null
                    : question with
                    {
                        Text = ways[number % ways.Length](what),
                        Answer = answer,
                    };
            }
        }

        return null;
    }
}
