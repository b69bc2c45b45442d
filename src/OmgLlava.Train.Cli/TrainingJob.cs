using System.Runtime.InteropServices;
using OmgLlava.Cli;
using OmgLlava.Training.Ranks;

namespace OmgLlava.Train.Cli;

/// <summary>One process of a training, or one of several that a launcher started together: those end together, with one
/// message.</summary>
internal static class TrainingJob
{
    /// <summary>What SIGUSR1 is on Linux; mpirun hands it on to every process.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    /// <summary>Longer than the first process needs to say the same and to end all others.</summary>
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(4);

    /// <summary>Runs it.</summary>
    /// <param name="work">Gives the exit code.</param>
    /// <param name="cancellation">Stops it.</param>
    public static int Run(Func<RankGroup, CancellationToken, int> work, CancellationToken cancellation)
    {
        using RankGroup ranks = RankGroup.Join();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration? saved = OperatingSystem.IsLinux()
            ? PosixSignalRegistration.Create(UserSignal, context => Stop(context, stop))
            : null;
        if (ranks.Count == 1)
        {
            return Code(work(ranks, stop.Token));
        }

        using CancellationTokenRegistration told = cancellation.Register(() => TellEnd(ranks));
        try
        {
            return Code(work(ranks, stop.Token));
        }
        catch (Exception error)
        {
            if (!ranks.IsFirst)
            {
                Thread.Sleep(Precedence); // where all fail alike the first one speaks for all
                Terminal.Error($"Rank {ranks.Rank} of {ranks.Count} failed, and all stop:");
            }

            ranks.Abort(CommandLine.Report(error, verbose: false));
            throw;
        }

        // To be told to save and stop is no failure, which a launcher would report.
        int Code(int code) => code == CommandLine.Cancelled && !cancellation.IsCancellationRequested ? CommandLine.Success : code;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    /// <summary>A launcher tells its processes to end when it is told so itself, and when one of them is gone.</summary>
    private static void TellEnd(RankGroup ranks)
    {
        if (ranks.IsFirst)
        {
            Terminal.Error(
                "Training stops: the launcher ends all ranks, because it was told to or because one of them is gone. The same command "
                    + "goes on from the last checkpoint, also with another number of ranks."
            );
        }
    }
}
