namespace OmgLlava.Evaluation.Runs;

/// <summary>A number of a task.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number; NaN where no sample decides about it.</param>
/// <param name="Samples">How many samples decide about it.</param>
public sealed record Measure(string Name, double Value, int Samples)
{
    /// <summary>What one must know to compare it with other people's numbers; empty for nothing.</summary>
    public string Note { get; init; } = "";
}
