using System.Runtime.InteropServices;

namespace OmgLlava.Cli;

/// <summary>
/// What Ctrl-C stops: the innermost work that asked for it. A second Ctrl-C, when the first has not helped yet, ends the process. It is set up before
/// any work begins, so that half-written files are removed even when a model is just being loaded.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<CancellationTokenSource> _running = [];
    private readonly PosixSignalRegistration[] _signals;

    private Interruption() => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>The process's own: signals belong to the process, too.</summary>
    public static Interruption Process { get; } = new();

    /// <summary>Runs work that Ctrl-C cancels.</summary>
    /// <param name="work">The work; it may run further work in the same way.</param>
    /// <param name="outer">Cancels it as well.</param>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken outer = default)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        lock (_gate)
        {
            _running.Push(source);
        }

        try
        {
            return await work(source.Token);
        }
        finally
        {
            lock (_gate)
            {
                _running.Pop();
            }
        }
    }

    public void Dispose() => Array.ForEach(_signals, signal => signal.Dispose());

    private void Handle(PosixSignalContext context)
    {
        lock (_gate)
        {
            if (_running.TryPeek(out CancellationTokenSource? innermost) && !innermost.IsCancellationRequested)
            {
                context.Cancel = true;
                innermost.Cancel();
            }
        }
    }
}
