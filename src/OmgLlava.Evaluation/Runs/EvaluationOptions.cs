namespace OmgLlava.Evaluation.Runs;

/// <summary>How a run goes on; none of these changes an answer but <see cref="MaxNewTokens"/>.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Samples that go through the model together.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Most samples of a task, spread evenly over it; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Most tokens of an answer; null for what the task says.</summary>
    public int? MaxNewTokens { get; init; }
}
