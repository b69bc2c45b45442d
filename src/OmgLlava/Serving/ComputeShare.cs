namespace OmgLlava.Serving;

/// <summary>The jobs of one owner; guarded by the <see cref="ComputeScheduler"/>.</summary>
internal sealed class ComputeShare
{
    /// <summary>Time that the owner has had, at least the scheduler's own.</summary>
    public TimeSpan Used { get; set; }

    /// <summary>The time of the owner's job that went last: new jobs begin there.</summary>
    public TimeSpan VirtualTime { get; set; }

    /// <summary>Steps that wait, that of the job with the least time first.</summary>
    public PriorityQueue<ComputeStep, (TimeSpan Used, long Order)> Waiting { get; } = new();
}
