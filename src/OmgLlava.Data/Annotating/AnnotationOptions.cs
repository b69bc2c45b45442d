namespace OmgLlava.Data.Annotating;

/// <summary>What is annotated and how.</summary>
/// <param name="Task">The task.</param>
/// <param name="Labels">Names of categories: all that is wanted. Empty for no choice; <see cref="AnnotationTask.Segment"/> needs
/// some.</param>
public sealed record AnnotationOptions(AnnotationTask Task, IReadOnlyList<string> Labels)
{
    /// <summary>Pictures of a shard: what is computed again after a cut.</summary>
    public int ShardSize { get; init; } = 50;

    /// <summary>The least score, in 0..1, of a mask that is kept; null for the model's own.</summary>
    public float? Threshold { get; init; }

    /// <summary>Most tokens of an answer; null for the usual ones.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Pictures that are worked on at once. Does not change what is written.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Pictures of the page to look at, spread evenly over all.</summary>
    public int Samples { get; init; } = 24;
}
