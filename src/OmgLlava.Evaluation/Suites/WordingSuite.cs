using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;

namespace OmgLlava.Evaluation.Suites;

/// <summary>Whether a model understands what it is asked in other words than those of its training.</summary>
internal static class WordingSuite
{
    private static readonly (string Name, Func<string, int, string> Say)[] Ways =
    [
        ("as-trained", (text, _) => text),
        ("small-letters", (text, _) => text.ToLowerInvariant().TrimEnd('.', '?')),
        ("capitals", (text, _) => text.ToUpperInvariant()),
        ("one-slip", Wording.Slip),
    ];

    /// <exception cref="OmgLlavaException">The folder is missing, or a record is broken.</exception>
    public static IReadOnlyList<EvaluationTask> Open(SuiteData data)
    {
        DataFolder folder = DataFolder.Open(data.Folder, data.Split);
        IReadOnlyList<ExactQuestion> questions = ExactQuestion.Of(folder.Conversations);
        return
        [
            .. Ways.Select(way =>
                Expressions(folder, way.Name, (text, i) =>
                    way.Name == "one-slip"
                        ? SegmentationTemplate.Ask(way.Say(text, i))
                        : way.Say(SegmentationTemplate.Ask(text), i)
                )
            ),
            Expressions(folder, "no-article", (text, _) => $"Segment {Wording.Bare(text)}."),
            Expressions(folder, "quoted", (text, _) => $"Segment \"{text}\"."),
            Expressions(folder, "alone", (text, _) => text),
            Expressions(folder, "other-words", (text, _) => SegmentationTemplate.Ask(Wording.Other(text))),
            Expressions(folder, "paraphrased", Wording.Paraphrase),
            .. questions.Count == 0 ? [] : Ways.Select(way => Questions(questions, way.Name, way.Say)),
            .. questions.Count == 0 ? (EvaluationTask[])[] : [Questions(questions, "paraphrased", Wording.ParaphraseQuestion)],
            .. InKorean(folder, questions),
        ];
    }

    private static ReferringTask Expressions(DataFolder folder, string name, Func<string, int, string> say) =>
        new($"expressions-{name}", folder.Referring, ask: (expression, number) => say(expression.Text, number));

    /// <summary>Asked and answered in Korean, as far as the tables of the library have the words.</summary>
    private static IEnumerable<EvaluationTask> InKorean(DataFolder folder, IReadOnlyList<ExactQuestion> questions)
    {
        yield return new ReferringTask(
            "expressions-korean",
            [.. folder.Referring.Where(expression => KoreanWording.Expression(expression.Text, 0) is not null)],
            ask: (expression, number) => KoreanWording.Expression(expression.Text, number)!
        );
        ExactQuestion[] korean =
        [
            .. questions.Select((question, i) => KoreanWording.Question(question, i)).OfType<ExactQuestion>(),
        ];
        if (korean.Length > 0)
        {
            yield return new ExactTask("questions-korean", korean);
        }
    }

    private static ExactTask Questions(IReadOnlyList<ExactQuestion> questions, string name, Func<string, int, string> say) =>
        new($"questions-{name}", [.. questions.Select((question, i) => question with { Text = say(question.Text, i) })]);
}
