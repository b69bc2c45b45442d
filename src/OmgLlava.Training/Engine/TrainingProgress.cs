namespace OmgLlava.Training.Engine;

/// <summary>Where training stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Loss">Mean total loss since the last report.</param>
/// <param name="Terms">Mean parts of the loss.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="GradientNorm">Of the last step, before clipping.</param>
/// <param name="SamplesPerSecond">Since the last report.</param>
/// <param name="Remaining">Time left at the speed so far.</param>
internal sealed record TrainingProgress(
    int Step,
    int Steps,
    double Loss,
    IReadOnlyDictionary<string, double> Terms,
    double LearningRate,
    double GradientNorm,
    double SamplesPerSecond,
    TimeSpan Remaining
);
