using OmgLlava.Evaluation.Runs;
using OmgLlava.Words;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>Questions with one right answer. An answer is right when it has the same words, apart from case, punctuation and
/// articles.</summary>
/// <param name="name">Name of the task.</param>
/// <param name="questions">The questions.</param>
public sealed class ExactTask(string name, IReadOnlyList<ExactQuestion> questions) : EvaluationTask
{
    /// <summary>What a model answers that knows that it does not know.</summary>
    private const string Unnamed = "something";

    private readonly Lazy<Dictionary<string, string>> _frequent = new(() =>
        questions
            .GroupBy(question => question.Kind)
            .ToDictionary(
                kind => kind.Key,
                kind => kind.CountBy(question => AnswerText.Normalize(question.Answer)).MaxBy(pair => pair.Value).Key
            )
    );

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Count => questions.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) => questions[index].ToProbe();

    /// <inheritdoc/>
    public override Expectation Expected(int index) => new(questions[index].Answer, []);

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        AnswerText.Same(prediction.Answer, questions[index].Answer) ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        (string Kind, double Score)[] scores =
        [
            .. predictions.Select(pair => (questions[pair.Index].Kind, Score(pair.Index, pair.Prediction))),
        ];
        Measure all = new("exact", scores.Select(score => score.Score).DefaultIfEmpty(double.NaN).Average(), scores.Length);
        double unnamed = predictions.Count(pair => AnswerText.Same(pair.Prediction.Answer, Unnamed));
        double untaught = predictions.Count(pair =>
            pair.Prediction.Answer.StartsWith(WordReader.NotTaught, StringComparison.Ordinal)
        );
        Measure[] whole =
        [
            all,
            .. unnamed == 0 ? (Measure[])[] : [new($"answered \"{Unnamed}\"", unnamed / scores.Length, scores.Length)],
            .. untaught == 0
                ? (Measure[])[]
                : [new($"answered \"{WordReader.NotTaught} ...\"", untaught / scores.Length, scores.Length)],
        ];
        IGrouping<string, (string Kind, double Score)>[] kinds =
        [
            .. scores.GroupBy(score => score.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal),
        ];
        return kinds.Length < 2
            ? whole
            :
            [
                .. whole,
                .. kinds.Select(kind => new Measure($"exact, {kind.Key}", kind.Average(score => score.Score), kind.Count())),
            ];
    }

    /// <inheritdoc/>
    public override Prediction? Guess(int index) => new(_frequent.Value[questions[index].Kind], []);
}
