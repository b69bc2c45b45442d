using OmgLlava.Data.Dialogues;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>Questions of POPE.</summary>
/// <param name="name">Name of the task.</param>
/// <param name="questions">The questions.</param>
public sealed class YesNoTask(string name, IReadOnlyList<YesNoQuestion> questions) : EvaluationTask
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Count => questions.Count;

    /// <inheritdoc/>
    public override int MaxNewTokens => 32;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.Ask(questions[index].Id, questions[index].ImagePath, $"{questions[index].Text} Please answer yes or no.");

    /// <inheritdoc/>
    public override Expectation Expected(int index) => new(questions[index].Answer ? "yes" : "no", []);

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        YesNoMetric.SaysYes(prediction.Answer) == questions[index].Answer ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var metric = new YesNoMetric();
        foreach ((int index, Prediction prediction) in predictions)
        {
            metric.Add(prediction.Answer, questions[index].Answer);
        }

        YesNoScores scores = metric.Scores();
        return
        [
            new Measure("accuracy", scores.Accuracy, scores.Questions),
            new Measure("precision", scores.Precision, scores.Questions),
            new Measure("recall", scores.Recall, scores.Questions),
            new Measure("F1", scores.F1, scores.Questions),
            new Measure("yes rate", scores.YesRate, scores.Questions),
        ];
    }

    /// <summary>Always yes.</summary>
    /// <inheritdoc/>
    public override Prediction? Guess(int index) => new("yes", []);
}
