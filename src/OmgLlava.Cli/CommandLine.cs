using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OmgLlava.Cli.Commands;

namespace OmgLlava.Cli;

/// <summary>The program: its commands, and what becomes of errors.</summary>
internal static class CommandLine
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;
    public const int Missing = 3;
    public const int Cancelled = 130;
    public const string CancelledText = "Cancelled.";

    /// <summary>Runs the program: <see cref="RunAsync"/> in a process of its own.</summary>
    /// <param name="args">What was typed.</param>
    /// <param name="train">The command that trains, in the program that has it.</param>
    public static async Task<int> MainAsync(string[] args, Command? train = null)
    {
        if (Surroundings.Mend() is { } wrong)
        {
            Terminal.Error(wrong);
            return Failure;
        }

        return await RunAsync(args, train);
    }

    /// <summary>Runs a command line and returns the exit code.</summary>
    /// <param name="args">What was typed.</param>
    /// <param name="train">The command that trains, in the program that has it.</param>
    public static async Task<int> RunAsync(string[] args, Command? train = null)
    {
        // numbers are written as they are read
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        ParseResult parsed = Create(train).Parse(args);
        if (EmptyValue(parsed) is { } empty)
        {
            Terminal.Error($"{empty} is empty; give it a value.");
            return UsageError;
        }

        if (parsed.Errors.Count > 0)
        {
            // What was not understood says more than what is missing because of it.
            string message = (
                parsed.Errors.FirstOrDefault(error => parsed.UnmatchedTokens.Any(error.Message.Contains)) ?? parsed.Errors[0]
            ).Message;
            string takes = string.Join(' ', parsed.CommandResult.Command.Arguments.Select(argument => $"<{argument.Name}>"));
            Terminal.Error(message.StartsWith("Required argument", StringComparison.Ordinal) ? $"{message} It takes {takes}." : message);
            Terminal.Error(Suggestions.For(parsed, message) ?? $"See '{(train is null ? "omg-llava" : "omg-llava-train")} {string.Join(' ', Path(parsed))}--help'.");
            return UsageError;
        }

        Terminal.Quiet = parsed.GetValue(CommonOptions.Quiet);
        try
        {
            var settings = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await Interruption.Process.RunAsync(cancellation =>
                Task.Run(() => parsed.InvokeAsync(settings, cancellation), CancellationToken.None)
            );
        }
        catch (OperationCanceledException)
        {
            Terminal.Error(CancelledText);
            return Cancelled;
        }
        catch (Exception error)
        {
            return Report(error, parsed.GetValue(CommonOptions.Verbose));
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Create(Command? train = null)
    {
        var root = new RootCommand("OMG-LLaVA: ask about a picture, point at things, get words and masks.")
        {
            AskCommand.Create(),
            ChatCommand.Create(),
            TaskCommands.Caption(),
            TaskCommands.Describe(),
            TaskCommands.Segment(),
            TaskCommands.Ground(),
            PanopticCommand.Create(),
            ServeCommand.Create(),
            McpCommand.Create(),
            AnnotateCommand.Create(),
            PullCommand.Create(),
            ConvertCommand.Create(),
            QuantizeCommand.Create(),
            InspectCommand.Create(),
            VerifyCommand.Create(),
            NewCommand.Create(),
            DoctorCommand.Create(),
            ArtCommand.Create(),
            WorldCommand.Create(),
            train ?? TrainElsewhereCommand.Create(),
            EvalCommand.Create(),
            CompletionCommand.Create(),
            CommonOptions.Verbose,
            CommonOptions.Quiet,
        };
        Examples.AddTo(root);
        return root;
    }

    /// <summary>Says what went wrong.</summary>
    /// <returns>The exit code.</returns>
    internal static int Report(Exception error, bool verbose)
    {
        Terminal.Error(
            verbose ? error.ToString()
            : error is OmgLlavaException or UsageException ? error.Message
            : Explain(error)
        );
        return error is UsageException ? UsageError : Failure;
    }

    /// <summary>What an error that nobody foresaw means.</summary>
    private static string Explain(Exception error)
    {
        string message = error.Message.Split('\n')[0].Trim();
        bool memory =
            error is OutOfMemoryException
            || message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase)
            || message.Contains("bad_alloc", StringComparison.Ordinal);
        return memory
            ? "There is not enough memory for this; close other programs, use a smaller picture or a quantized model, or "
                + "raise the limit of memory (ulimit -v)."
            : $"{message} (--verbose shows more)";
    }

    /// <summary>The first option or argument that was given nothing; null where there is none.</summary>
    private static string? EmptyValue(ParseResult parsed) =>
        parsed.CommandResult.Children.FirstOrDefault(child => child.Tokens.Any(token => token.Value.Length == 0)) switch
        {
            OptionResult option => option.Option.Name,
            ArgumentResult argument => argument.Argument.Name,
            _ => null,
        };

    /// <summary>The subcommand as typed, each word followed by a space.</summary>
    private static IEnumerable<string> Path(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? [] : [$"{parsed.CommandResult.Command.Name} "];
}
