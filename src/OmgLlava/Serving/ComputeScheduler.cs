using System.Diagnostics;

namespace OmgLlava.Serving;

/// <summary>
/// Shares the processor between jobs, step by step. A step is one token, one look at a picture, one set of masks. Of the jobs that wait, the one
/// goes first that has had the least time (start-time fair queueing): a short question is not stuck behind a long one, and a long one
/// is not starved by many short ones.
/// </summary>
public sealed class ComputeScheduler : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Step, (TimeSpan Virtual, long Order)> _waiting = new();
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
        _workers = [.. Enumerable.Range(0, workers).Select(i => new Thread(() => Work(prepare)) { IsBackground = true, Name = $"omg-llava compute {i}" })];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>Steps that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Begins a job that has had no time yet.</summary>
    public ComputeJob StartJob() => new(this);

    /// <summary>Ends the workers after the steps that they are at; steps that wait are cancelled.</summary>
    public void Dispose()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        _end.Cancel();
        Array.ForEach(_workers, worker => worker.Join());
        while (_waiting.TryDequeue(out Step? step, out _))
        {
            step.Cancel();
        }

        _available.Dispose();
        _end.Dispose();
    }

    internal Task<T> RunAsync<T>(ComputeJob job, Func<T> work, CancellationToken cancellation)
    {
        var step = new Step<T>(job, work, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
            // A job that was idle does not save up time.
            job.Used = job.Used > _virtualTime ? job.Used : _virtualTime;
            _waiting.Enqueue(step, (job.Used, _order++));
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

            Step step;
            lock (_gate)
            {
                step = _waiting.Dequeue();
                _virtualTime = step.Job.Used > _virtualTime ? step.Job.Used : _virtualTime;
            }

            long start = Stopwatch.GetTimestamp();
            step.Run();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            lock (_gate)
            {
                step.Job.Used += took;
            }

            step.Complete();
        }
    }

    private abstract class Step(ComputeJob job)
    {
        public ComputeJob Job { get; } = job;

        public abstract void Run();

        public abstract void Complete();

        public abstract void Cancel();
    }

    private sealed class Step<T> : Step
    {
        private readonly Func<T> _work;
        private readonly CancellationToken _cancellation;
        private readonly CancellationTokenRegistration _leaving;
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;
        private T? _value;
        private Exception? _error;

        public Step(ComputeJob job, Func<T> work, CancellationToken cancellation) : base(job)
        {
            (_work, _cancellation) = (work, cancellation);
            // A step that waits is given up at once; one that has begun is always awaited, for it uses what its caller disposes.
            _leaving = cancellation.Register(static step => ((Step<T>)step!).Cancel(), this);
        }

        public Task<T> Task => _result.Task;

        public override void Run()
        {
            if (Interlocked.Exchange(ref _begun, 1) == 1)
            {
                return;
            }

            try
            {
                _value = _work();
            }
            catch (Exception error)
            {
                _error = error;
            }
        }

        public override void Complete()
        {
            _leaving.Dispose();
            if (_error is OperationCanceledException)
            {
                _result.TrySetCanceled(_cancellation);
            }
            else if (_error is not null)
            {
                _result.TrySetException(_error);
            }
            else
            {
                _result.TrySetResult(_value!);
            }
        }

        public override void Cancel()
        {
            if (Interlocked.Exchange(ref _begun, 1) == 0)
            {
                _result.TrySetCanceled(_cancellation);
            }
        }
    }
}
