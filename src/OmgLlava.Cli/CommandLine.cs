using System.CommandLine;
using OmgLlava.Cli.Commands;

namespace OmgLlava.Cli;

/// <summary>The program: its commands, and what becomes of errors.</summary>
internal static class CommandLine
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;
    public const int Cancelled = 130;

    /// <summary>Runs a command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // What was not understood says more than what is missing because of it.
            Terminal.Error((parsed.Errors.FirstOrDefault(error => parsed.UnmatchedTokens.Any(error.Message.Contains)) ?? parsed.Errors[0]).Message);
            Terminal.Error($"See 'omg-llava {string.Join(' ', Path(parsed))}--help'.");
            return UsageError;
        }

        try
        {
            var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await Interruption.Process.RunAsync(cancellation => parsed.InvokeAsync(settings, cancellation));
        }
        catch (OperationCanceledException)
        {
            Terminal.Error("Cancelled.");
            return Cancelled;
        }
        catch (Exception error)
        {
            return Report(error, parsed.GetValue(CommonOptions.Verbose));
        }
    }

    private static RootCommand Create() => new("OMG-LLaVA: ask about a picture, point at things, get words and masks.")
    {
        AskCommand.Create(), ChatCommand.Create(),
        TaskCommands.Caption(), TaskCommands.Describe(), TaskCommands.Segment(), TaskCommands.Ground(), PanopticCommand.Create(),
        ServeCommand.Create(),
        ConvertCommand.Create(), QuantizeCommand.Create(), InspectCommand.Create(), NewCommand.Create(), DoctorCommand.Create(),
        ArtCommand.Create(), WorldCommand.Create(), TrainCommand.Create(), EvalCommand.Create(),
        CommonOptions.Verbose,
    };

    private static int Report(Exception error, bool verbose)
    {
        Terminal.Error(verbose ? error.ToString() : error is OmgLlavaException or UsageException ? error.Message : $"{error.Message.Split('\n')[0].Trim()} (--verbose shows more)");
        return error is UsageException ? UsageError : Failure;
    }

    /// <summary>The subcommand as typed, each word followed by a space.</summary>
    private static IEnumerable<string> Path(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? [] : [$"{parsed.CommandResult.Command.Name} "];
}
