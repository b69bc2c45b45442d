using System.Diagnostics;

namespace OmgLlava.Serving;

/// <summary>
/// Shares the processor between jobs, step by step. A step is one token, one look at a picture, one set of masks. Of the jobs
/// that wait, the one goes first that has had the least time (start-time fair queueing): a short question is not stuck behind a
/// long one, and a long one is not starved by many short ones. Before that, of the owners whose jobs wait, the one goes first
/// that has had the least: one with many jobs takes nothing from one with few. And while others ask too, no owner has all the
/// workers: whoever asks now and then finds one free instead of waiting for the end of somebody's step.
/// </summary>
internal sealed class ComputeScheduler : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<string, ComputeShare> _shares = [];
    private readonly TimeSpan _presence;
    private readonly Thread[] _workers;
    private TimeSpan _virtualTime;
    private long _order;
    private bool _ended;

    /// <param name="workers">Steps that run at once. Each may use several cores by itself.</param>
    /// <param name="prepare">Runs first on every worker's thread; null for nothing.</param>
    public ComputeScheduler(int workers = 1, Action? prepare = null)
        : this(workers, prepare, presence: TimeSpan.FromSeconds(0.5)) { }

    /// <inheritdoc cref="ComputeScheduler(int, Action?)"/>
    /// <param name="workers">Steps that run at once.</param>
    /// <param name="prepare">Runs first on every worker's thread; null for nothing.</param>
    /// <param name="presence">For how long after their last step owners count as asking.</param>
    internal ComputeScheduler(int workers, Action? prepare, TimeSpan presence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _presence = presence;
        _workers =
        [
            .. Enumerable
                .Range(0, workers)
                .Select(i => new Thread(() => Work(prepare)) { IsBackground = true, Name = $"omg-llava compute {i}" }),
        ];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>Steps that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _shares.Values.Sum(share => share.Waiting.Count);
            }
        }
    }

    /// <summary>Begins a job that has had no time yet.</summary>
    /// <param name="owner">Who wants it done; the processor is shared evenly between owners, however many jobs each has.</param>
    public ComputeJob StartJob(string owner = "")
    {
        lock (_gate)
        {
            return new ComputeJob(
                this,
                _shares.TryGetValue(owner, out ComputeShare? share) ? share : _shares[owner] = new ComputeShare()
            );
        }
    }

    /// <summary>Ends the workers after the steps that they are at; steps that wait are cancelled.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        Array.ForEach(_workers, worker => worker.Join());
        foreach (ComputeShare share in _shares.Values)
        {
            while (share.Waiting.TryDequeue(out ComputeStep? step, out _))
            {
                step.Cancel();
            }
        }
    }

    internal Task<T> RunAsync<T>(ComputeJob job, Func<T> work, CancellationToken cancellation)
    {
        var step = new ComputeStep<T>(job, work, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            // Who was idle does not save up time.
            ComputeShare share = job.Share;
            job.Used = Later(job.Used, share.VirtualTime);
            share.Used = share.Waiting.Count > 0 ? share.Used : Later(share.Used, _virtualTime);
            share.Waiting.Enqueue(step, (job.Used, _order++));
            Monitor.Pulse(_gate);
        }

        return step.Task;
    }

    private void Work(Action? prepare)
    {
        prepare?.Invoke();
        while (WaitForStep() is { } step)
        {
            long start = Stopwatch.GetTimestamp();
            step.Run();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            lock (_gate)
            {
                step.Job.Used += took;
                step.Job.Share.Used += took;
                step.Job.Share.Leave();
            }

            step.Complete();
        }
    }

    /// <summary>The step that is to run next; null at the end.</summary>
    private ComputeStep? WaitForStep()
    {
        lock (_gate)
        {
            while (!_ended)
            {
                ComputeShare[] waiting = [.. _shares.Values.Where(share => share.Waiting.Count > 0)];
                if (waiting.Where(MayRun).MinBy(share => share.Used) is { } next)
                {
                    ComputeStep step = next.Waiting.Dequeue();
                    next.VirtualTime = Later(next.VirtualTime, step.Job.Used);
                    _virtualTime = Later(_virtualTime, next.Used);
                    next.Enter();
                    return step;
                }

                // A step that waits for others to be gone may run when they have been silent for long enough.
                Monitor.Wait(_gate, waiting.Length > 0 ? _presence : Timeout.InfiniteTimeSpan);
            }

            return null;
        }
    }

    /// <summary>One worker is not for those who have all others already, as long as somebody else is there.</summary>
    private bool MayRun(ComputeShare share) =>
        _workers.Length == 1
        || share.Running < _workers.Length - 1
        || !_shares.Values.Any(other => other != share && other.IsPresent(_presence));

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
