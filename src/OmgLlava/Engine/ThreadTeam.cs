using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace OmgLlava.Engine;

/// <summary>
/// The caller and a few workers that share out the chunks of a step. Steps follow one another within microseconds, so a worker
/// without work looks out for the next step for a moment, giving way to other programs, and then sleeps. Chunks are taken one by
/// one and only those that were taken are waited for: a worker that another program keeps from running holds nobody up.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private static readonly TimeSpan Attention = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _turn = new();
    private readonly Thread[] _workers;
    private Step? _step;
    private int _sleeping;
    private volatile bool _ended;

    /// <param name="threads">Threads that work, the caller's included.</param>
    /// <param name="name">Name of the threads, for debuggers and tests.</param>
    public ThreadTeam(int threads, string name = "omg-llava")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers =
        [
            .. Enumerable.Range(1, threads - 1).Select(i => new Thread(Work) { IsBackground = true, Name = $"{name} {i}" }),
        ];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>Threads that work, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Does all chunks of a step and returns when they are done. Callers from several threads take turns.</summary>
    /// <param name="chunks">How many; one alone is done by the caller.</param>
    /// <param name="work">Does the chunk of an index.</param>
    /// <param name="cancellation">Looked at before each chunk.</param>
    /// <exception cref="OperationCanceledException">Cancelled; some chunks were not done.</exception>
    public void Run(int chunks, Action<int> work, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (chunks <= 1 || _workers.Length == 0)
        {
            for (int i = 0; i < chunks; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                work(i);
            }

            return;
        }

        lock (_turn)
        {
            var step = new Step(chunks, work, cancellation);
            Volatile.Write(ref _step, step);
            Interlocked.MemoryBarrier(); // the step is visible before sleepers are counted; workers do it the other way round
            int woken = TakeSleepers(chunks - 1);
            if (woken > 0)
            {
                _wake.Release(woken);
            }

            step.Help();
            var spin = new SpinWait();
            while (!step.IsDone)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            Volatile.Write(ref _step, null);
            step.ThrowIfFailed();
        }
    }

    /// <summary>Ends the workers.</summary>
    public void Dispose()
    {
        _ended = true;
        if (_workers.Length > 0)
        {
            _wake.Release(_workers.Length);
        }

        Array.ForEach(_workers, worker => worker.Join());
        _wake.Dispose();
    }

    private void Work()
    {
        Step? last = null;
        while (!_ended)
        {
            if (Next(last) is { } step)
            {
                last = step;
                step.Help();
            }
        }
    }

    /// <summary>The next step; null after a sleep that another step may have ended.</summary>
    private Step? Next(Step? last)
    {
        long start = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        do
        {
            if (Volatile.Read(ref _step) is { } step && step != last)
            {
                return step;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        } while (!_ended && Stopwatch.GetElapsedTime(start) < Attention);

        Interlocked.Increment(ref _sleeping);
        bool late = _ended || (Volatile.Read(ref _step) is { } other && other != last);
        // A sleeper whom a caller has taken off the count is being woken, however late it comes to run, and is not woken twice.
        if (!late || TakeSleepers(1) == 0)
        {
            _wake.Wait();
        }

        return null;
    }

    /// <summary>Takes up to so many sleepers off the count.</summary>
    private int TakeSleepers(int most)
    {
        while (true)
        {
            int sleeping = Volatile.Read(ref _sleeping);
            int taken = Math.Min(sleeping, most);
            if (Interlocked.CompareExchange(ref _sleeping, sleeping - taken, sleeping) == sleeping)
            {
                return taken;
            }
        }
    }

    private sealed class Step(int chunks, Action<int> work, CancellationToken cancellation)
    {
        private readonly int _chunks = chunks;
        private int _next;
        private int _left = chunks;
        private Exception? _failure;

        public bool IsDone => Volatile.Read(ref _left) == 0;

        public void Help()
        {
            for (int chunk; (chunk = Interlocked.Increment(ref _next) - 1) < _chunks;)
            {
                try
                {
                    if (_failure is null)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        work(chunk);
                    }
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref _failure, error, null);
                }
                finally
                {
                    Interlocked.Decrement(ref _left);
                }
            }
        }

        public void ThrowIfFailed()
        {
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
