namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Multiple-choice questions as MMBench counts them (Liu et al. 2023), with circular evaluation: the same question is asked with
/// its options turned around, under an index that is a million, two, ... higher, and is right when every answer is.
/// </summary>
public sealed class ChoiceMetric
{
    private const long Turn = 1_000_000;
    private readonly Dictionary<long, List<(long Index, bool Right, string Category)>> _answers = [];

    /// <summary>
    /// The letter that an answer chooses, by the rule of the evaluation that OMG-LLaVA uses (XTuner): the first run of capitals A
    /// to D. That of "Answer: B" is A, so questions ask for the letter alone; a run of several letters is no option. Null when
    /// there is none.
    /// </summary>
    public static string? ChosenOption(string answer)
    {
        int start = answer.AsSpan().IndexOfAnyInRange('A', 'D');
        if (start < 0)
        {
            return null;
        }

        int length = answer.AsSpan(start).IndexOfAnyExceptInRange('A', 'D');
        return length < 0 ? answer[start..] : answer.Substring(start, length);
    }

    /// <summary>Counts an answer.</summary>
    /// <param name="index">The question's index.</param>
    /// <param name="answer">The text of the answer.</param>
    /// <param name="option">The right option, "A" to "D".</param>
    /// <param name="category">The question's category.</param>
    /// <returns>Whether the answer is right.</returns>
    public bool Add(long index, string answer, string option, string category = "")
    {
        bool right = ChosenOption(answer) == option;
        if (!_answers.TryGetValue(index % Turn, out List<(long, bool, string)>? answers))
        {
            _answers.Add(index % Turn, answers = []);
        }

        answers.Add((index, right, category));
        return right;
    }

    /// <summary>The scores so far. As in the published script, a question counts only if it was asked in its first order
    /// too.</summary>
    public ChoiceScores Scores()
    {
        (string Category, bool Right)[] questions =
        [
            .. _answers
                .Values.Where(answers => answers.Any(answer => answer.Index < Turn))
                .Select(answers => (answers.First(answer => answer.Index < Turn).Category, answers.All(answer => answer.Right))),
        ];
        (long, bool Right, string)[] answers = [.. _answers.Values.SelectMany(list => list)];
        return new ChoiceScores(
            questions.Length,
            Share(questions, question => question.Right),
            Share(answers, answer => answer.Right),
            questions
                .GroupBy(question => question.Category)
                .Where(group => group.Key.Length > 0)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Share([.. group], question => question.Right))
        );

        static double Share<T>(IReadOnlyCollection<T> all, Func<T, bool> right) =>
            all.Count == 0 ? 0 : (double)all.Count(right) / all.Count;
    }
}
