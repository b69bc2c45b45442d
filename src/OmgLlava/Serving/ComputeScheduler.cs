using System.Diagnostics;

namespace OmgLlava.Serving;

/// <summary>
/// Shares the processor between jobs, step by step. A step is one token, one look at a picture, one set of masks. Of the jobs
/// that wait, the one goes first that has had the least time (start-time fair queueing): a short question is not stuck behind a
/// long one, and a long one is not starved by many short ones. Before that, of the owners whose jobs wait, the one goes first
/// that has had the least: one with many jobs takes nothing from one with few.
/// </summary>
public sealed class ComputeScheduler : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ComputeShare> _shares = [];
    private readonly SemaphoreSlim _available = new(0);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread[] _workers;
    private TimeSpan _virtualTime;
    private long _order;

    /// <param name="workers">Steps that run at once. Each may use several cores by itself.</param>
    /// <param name="prepare">Runs first on every worker's thread; null for nothing.</param>
    public ComputeScheduler(int workers = 1, Action? prepare = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
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
        if (_end.IsCancellationRequested)
        {
            return;
        }

        _end.Cancel();
        Array.ForEach(_workers, worker => worker.Join());
        foreach (ComputeShare share in _shares.Values)
        {
            while (share.Waiting.TryDequeue(out ComputeStep? step, out _))
            {
                step.Cancel();
            }
        }

        _available.Dispose();
        _end.Dispose();
    }

    internal Task<T> RunAsync<T>(ComputeJob job, Func<T> work, CancellationToken cancellation)
    {
        var step = new ComputeStep<T>(job, work, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
            // Who was idle does not save up time.
            ComputeShare share = job.Share;
            job.Used = Later(job.Used, share.VirtualTime);
            share.Used = share.Waiting.Count > 0 ? share.Used : Later(share.Used, _virtualTime);
            share.Waiting.Enqueue(step, (job.Used, _order++));
        }

        _available.Release();
        return step.Task;
    }

    private void Work(Action? prepare)
    {
        prepare?.Invoke();
        while (true)
        {
            try
            {
                _available.Wait(_end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            ComputeStep step;
            lock (_gate)
            {
                ComputeShare share = _shares.Values.Where(one => one.Waiting.Count > 0).MinBy(one => one.Used)!;
                step = share.Waiting.Dequeue();
                share.VirtualTime = Later(share.VirtualTime, step.Job.Used);
                _virtualTime = Later(_virtualTime, share.Used);
            }

            long start = Stopwatch.GetTimestamp();
            step.Run();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            lock (_gate)
            {
                step.Job.Used += took;
                step.Job.Share.Used += took;
            }

            step.Complete();
        }
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
