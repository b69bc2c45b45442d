using OmgLlava.Data.Dialogues;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>Questions of MMBench, with circular evaluation where the file has the same question in other orders.</summary>
/// <param name="questions">The questions, with their answers.</param>
public sealed class ChoiceTask(IReadOnlyList<ChoiceQuestion> questions) : EvaluationTask
{
    /// <inheritdoc/>
    public override string Name => "mmbench";

    /// <inheritdoc/>
    public override int Count => questions.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index)
    {
        ChoiceQuestion question = questions[index];
        return new Probe(ProbeKind.Ask, $"{question.Index}", $"question {question.Index}", question.LoadImage)
        {
            Question = question.Prompt,
        };
    }

    /// <inheritdoc/>
    public override Expectation Expected(int index) => new($"{questions[index].Answer}", []);

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        ChoiceMetric.ChosenOption(prediction.Answer) == $"{questions[index].Answer}" ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var metric = new ChoiceMetric();
        foreach ((int index, Prediction prediction) in predictions)
        {
            ChoiceQuestion question = questions[index];
            metric.Add(
                question.Index,
                prediction.Answer,
                $"{question.Answer}",
                question.Group.Length > 0 ? question.Group : question.Category
            );
        }

        ChoiceScores scores = metric.Scores();
        return
        [
            new Measure("accuracy", scores.Accuracy, scores.Questions),
            new Measure("accuracy of single answers", scores.SingleAccuracy, predictions.Count),
            .. scores.Categories.Select(category => new Measure(category.Key, category.Value, scores.Questions)),
        ];
    }

    /// <summary>Always the first.</summary>
    /// <inheritdoc/>
    public override Prediction? Guess(int index) => new("A", []);
}
