using System.Runtime.InteropServices;
using OmgLlava.Files;

namespace OmgLlava.Cli;

/// <summary>
/// What Ctrl-C stops: the innermost work that asked for it. Work that is the whole program's has a moment to end by itself; then
/// the process ends, whatever it is computing, and what is half-written is removed. A second Ctrl-C ends it at once. It is set up
/// before any work begins.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(40);

    private readonly Lock _gate = new();
    private readonly Stack<CancellationTokenSource> _running = [];
    private readonly PosixSignalRegistration[] _signals;

    private Interruption() =>
        _signals = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];

    /// <summary>The process's own: signals belong to the process, too.</summary>
    public static Interruption Process { get; } = new();

    /// <summary>Whether the work saves what it has, or tells others, before it ends, and may take its time for that.</summary>
    public bool Patient { get; set; }

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
        CancellationTokenSource? innermost;
        bool whole;
        lock (_gate)
        {
            whole = _running.Count == 1;
            if (!_running.TryPeek(out innermost))
            {
                return;
            }
        }

        context.Cancel = true;
        if (innermost.IsCancellationRequested)
        {
            End();
        }

        if (whole && !Patient)
        {
            new Thread(() =>
            {
                Thread.Sleep(Moment);
                End();
            })
            {
                IsBackground = true,
            }.Start();
        }

        innermost.Cancel();
    }

    /// <summary>Ends the process without waiting for threads that compute: native code cannot be stopped in any other
    /// way.</summary>
    private static void End()
    {
        OutputFile.Abandon();
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write("\x1b[?25h\r\x1b[K"); // the cursor, which progress hides
        }

        Console.Out.Flush();
        Console.Error.WriteLine(CommandLine.CancelledText);
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(CommandLine.Cancelled);
        }

        ExitNow(CommandLine.Cancelled);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
