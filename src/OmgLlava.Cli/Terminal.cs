using Spectre.Console;

namespace OmgLlava.Cli;

/// <summary>The two ways to the user: answers on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    public static IAnsiConsole Output => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });

    /// <summary>One for all, so that a message while progress is shown goes above it.</summary>
    public static IAnsiConsole Messages { get; } =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether nothing is said but answers and what went wrong.</summary>
    public static bool Quiet { get; set; }

    /// <summary>Says what went wrong.</summary>
    public static void Error(string message)
    {
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(message);
        }
        else
        {
            Messages.WriteLine(message);
        }
    }

    /// <summary>Says what the program does or did.</summary>
    public static void Note(string message)
    {
        if (Quiet)
        {
            return;
        }

        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(message); // not wrapped to a width that nobody has
        }
        else
        {
            Messages.MarkupLineInterpolated($"[grey]{message}[/]");
        }
    }

    /// <summary>Shows the share done of a long step; nothing where nobody would see it.</summary>
    /// <param name="what">The step.</param>
    /// <param name="work">Reports 0..1.</param>
    public static T WithProgress<T>(string what, Func<IProgress<double>, T> work)
    {
        if (Quiet || Console.IsErrorRedirected)
        {
            return work(new Silent());
        }

        return Messages
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: 1);
                return work(new Bar(task));
            });
    }

    /// <summary>Shows that something is going on whose end is not known.</summary>
    public static T WithStatus<T>(string what, Func<T> work) =>
        Quiet || Console.IsErrorRedirected ? work() : Messages.Status().Start(Markup.Escape(what), _ => work());

    /// <summary>Shows that something is going on whose end is not known.</summary>
    public static Task<T> WithStatusAsync<T>(string what, Func<Task<T>> work) =>
        Quiet || Console.IsErrorRedirected ? work() : Messages.Status().StartAsync(Markup.Escape(what), _ => work());

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }

    private sealed class Silent : IProgress<double>
    {
        public void Report(double value) { }
    }
}
