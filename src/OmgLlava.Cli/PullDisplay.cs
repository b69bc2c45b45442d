using System.Diagnostics;
using System.Globalization;
using OmgLlava.Conversion.Pulling;
using Spectre.Console;

namespace OmgLlava.Cli;

/// <summary>Shows how far pulling is: bars at a terminal, a line now and then in a log.</summary>
internal static class PullDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    public static async Task ShowAsync(Func<IProgress<PullProgress>, Task> work)
    {
        if (Console.IsErrorRedirected)
        {
            await work(new Lines());
            return;
        }

        await Terminal
            .Messages.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(context => work(new Bars(context)));
    }

    private static string Word(PullStage stage) =>
        stage switch
        {
            PullStage.Downloading => "Downloading",
            PullStage.Reading => "Reading the checkpoints",
            _ => "Converting",
        };

    private sealed class Bars(ProgressContext context) : IProgress<PullProgress>
    {
        private readonly Dictionary<PullStage, ProgressTask> _tasks = [];

        public void Report(PullProgress value)
        {
            if (!_tasks.TryGetValue(value.Stage, out ProgressTask? task))
            {
                foreach (ProgressTask earlier in _tasks.Values)
                {
                    earlier.StopTask();
                }

                _tasks[value.Stage] = task = context.AddTask(Word(value.Stage));
            }

            task.IsIndeterminate = value.Total == 0;
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }

    private sealed class Lines : IProgress<PullProgress>
    {
        private readonly Stopwatch _clock = new();
        private PullStage? _stage;
        private TimeSpan _last;
        private long _begun;

        public void Report(PullProgress value)
        {
            if (_stage != value.Stage)
            {
                (_stage, _begun, _last) = (value.Stage, value.Done, TimeSpan.Zero);
                _clock.Restart();
                Terminal.Note($"{Word(value.Stage)}.");
            }
            else if (value.Total > 0 && _clock.Elapsed - _last > BetweenLines)
            {
                _last = _clock.Elapsed;
                double speed = (value.Done - _begun) / _clock.Elapsed.TotalSeconds;
                string left = speed > 0 ? $", {TimeSpan.FromSeconds(Math.Round((value.Total - value.Done) / speed)):c} left" : "";
                Terminal.Note(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Word(value.Stage)}: {100.0 * value.Done / value.Total:F0} %, {value.Done / 1e9:F2} of "
                            + $"{value.Total / 1e9:F2} GB, {speed / 1e6:F1} MB/s{left}"
                    )
                );
            }
        }
    }
}
