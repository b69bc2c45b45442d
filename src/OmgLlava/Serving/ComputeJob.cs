namespace OmgLlava.Serving;

/// <summary>The steps of one request; a <see cref="ComputeScheduler"/> counts the time that they have had together.</summary>
internal sealed class ComputeJob
{
    private readonly ComputeScheduler _scheduler;

    internal ComputeJob(ComputeScheduler scheduler, ComputeShare share) => (_scheduler, Share) = (scheduler, share);

    /// <summary>Whose job it is.</summary>
    internal ComputeShare Share { get; }

    /// <summary>Time that the job has had, at least its owner's least; guarded by the scheduler.</summary>
    internal TimeSpan Used { get; set; }

    /// <summary>Runs a step when it is the job's turn.</summary>
    /// <param name="work">The step, on a thread of the scheduler's.</param>
    /// <param name="cancellation">Gives a step up that has not begun.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="ObjectDisposedException">The scheduler was disposed.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default) =>
        _scheduler.RunAsync(this, work, cancellation);
}
