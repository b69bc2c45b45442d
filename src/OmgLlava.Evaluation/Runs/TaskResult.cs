namespace OmgLlava.Evaluation.Runs;

/// <summary>What came out of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Predictions">The samples with what the model gave for them, in their order.</param>
/// <param name="Measures">The numbers.</param>
/// <param name="Guessed">The numbers of somebody who does not look; empty where there is nothing like that.</param>
public sealed record TaskResult(
    EvaluationTask Task,
    IReadOnlyList<(int Index, Prediction Prediction)> Predictions,
    IReadOnlyList<Measure> Measures,
    IReadOnlyList<Measure> Guessed
)
{
    /// <summary>The same number for somebody who does not look; null where there is none.</summary>
    public double? GuessOf(Measure measure) => Guessed.FirstOrDefault(guess => guess.Name == measure.Name)?.Value;
}
