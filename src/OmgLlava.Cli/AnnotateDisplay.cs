using System.Diagnostics;
using OmgLlava.Data.Annotating;
using Spectre.Console;

namespace OmgLlava.Cli;

/// <summary>
/// Shows how far annotating is, how fast, and how long it will take: a bar at a terminal, a line now and then in a log.
/// </summary>
internal static class AnnotateDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(20);

    public static AnnotationProgress Show(Func<IProgress<AnnotationProgress>, AnnotationProgress> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new Lines());
        }

        return Terminal.Messages.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask("Annotating"))));
    }

    /// <summary>Pictures done, with the rate of this run and the time that is left at that rate.</summary>
    private static string Describe(AnnotationProgress value, Rate rate)
    {
        double speed = rate.Of(value.Done);
        string left = speed > 0
            ? FormattableString.Invariant($", {speed:F2} a second, {Duration((value.Total - value.Done) / speed)} left")
            : "";
        string broken = value.Broken > 0 ? $", {value.Broken} broken" : "";
        return FormattableString.Invariant($"{value.Done}/{value.Total} pictures, {value.Annotations} masks{broken}{left}");
    }

    private static string Duration(double seconds)
    {
        const double Day = 86_400;
        return seconds < 2 * Day
            ? TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString("c", System.Globalization.CultureInfo.InvariantCulture)
            : FormattableString.Invariant($"{seconds / Day:F1} days");
    }

    /// <summary>Pictures a second since the run began; what earlier runs did tells nothing about it.</summary>
    private sealed class Rate
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private long? _begun;

        public double Of(long done)
        {
            _begun ??= done;
            return (done - _begun.Value) / _clock.Elapsed.TotalSeconds;
        }
    }

    private sealed class Bar(ProgressTask bar) : IProgress<AnnotationProgress>
    {
        private readonly Rate _rate = new();

        public void Report(AnnotationProgress value)
        {
            bar.MaxValue = Math.Max(1, value.Total);
            bar.Description = Markup.Escape(Describe(value, _rate));
            bar.Value = value.Done;
        }
    }

    private sealed class Lines : IProgress<AnnotationProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly Rate _rate = new();
        private TimeSpan _next;

        public void Report(AnnotationProgress value)
        {
            string text = Describe(value, _rate);
            if (_clock.Elapsed >= _next || value.Done == value.Total)
            {
                _next = _clock.Elapsed + BetweenLines;
                Terminal.Note(text);
            }
        }
    }
}
