namespace OmgLlava.Serving;

/// <summary>A step of a job that waits or runs.</summary>
internal abstract class ComputeStep(ComputeJob job)
{
    public ComputeJob Job { get; } = job;

    public abstract void Run();

    public abstract void Complete();

    public abstract void Cancel();
}

/// <summary>A step with a result.</summary>
internal sealed class ComputeStep<T> : ComputeStep
{
    private readonly Func<T> _work;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _leaving;
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private T? _value;
    private Exception? _error;

    public ComputeStep(ComputeJob job, Func<T> work, CancellationToken cancellation)
        : base(job)
    {
        (_work, _cancellation) = (work, cancellation);
        // A step that waits is given up at once; one that has begun is always awaited, for it uses what its caller disposes.
        _leaving = cancellation.Register(static step => ((ComputeStep<T>)step!).Cancel(), this);
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
