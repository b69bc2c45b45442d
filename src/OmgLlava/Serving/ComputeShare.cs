using System.Diagnostics;

namespace OmgLlava.Serving;

/// <summary>The jobs of one owner; guarded by the <see cref="ComputeScheduler"/>.</summary>
internal sealed class ComputeShare
{
    private long? _left;

    /// <summary>Steps that run.</summary>
    public int Running { get; private set; }

    /// <summary>Time that the owner has had, at least the scheduler's own.</summary>
    public TimeSpan Used { get; set; }

    /// <summary>The time of the owner's job that went last: new jobs begin there.</summary>
    public TimeSpan VirtualTime { get; set; }

    /// <summary>Steps that wait, that of the job with the least time first.</summary>
    public PriorityQueue<ComputeStep, (TimeSpan Used, long Order)> Waiting { get; } = new();

    /// <summary>A step begins.</summary>
    public void Enter() => Running++;

    /// <summary>A step is over.</summary>
    public void Leave() => (Running, _left) = (Running - 1, Stopwatch.GetTimestamp());

    /// <summary>Whether a step waits, runs, or was over a moment ago.</summary>
    public bool IsPresent(TimeSpan moment) =>
        Running > 0 || Waiting.Count > 0 || (_left is { } left && Stopwatch.GetElapsedTime(left) < moment);
}
