namespace OmgLlava.Evaluation.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Task">The task at hand.</param>
/// <param name="Done">Its samples done.</param>
/// <param name="Count">Its samples.</param>
/// <param name="Share">The share of all tasks done, 0..1.</param>
public sealed record RunProgress(string Task, int Done, int Count, double Share);
