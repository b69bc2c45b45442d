using System.CommandLine;
using System.Globalization;
using OmgLlava.Imaging;
using OmgLlava.Verification;
using Spectre.Console;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava verify DIR</c>: where results come to differ from the published ones.</summary>
internal sealed class VerifyCommand
{
    private readonly Argument<string?> _directory = new("DIR")
    {
        Description =
            $"The model directory. Default: the one that {CommonOptions.ModelVariable} names, else the small one that comes "
            + $"with the program.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly JsonOption _json = new("the report");
    private readonly Option<string?> _image = new("--image")
    {
        Description = "Another picture than the built-in one.",
        HelpName = "FILE",
    };
    private readonly Option<string> _question = new("--question")
    {
        Description = "Another question.",
        DefaultValueFactory = _ => new VerificationOptions().Question,
    };
    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "Check the files only; run no executor and no golden case.",
    };

    /// <summary>The golden case; null where the program is a single file, which comes without it.</summary>
    private static string? GoldenFolder
    {
        get
        {
            string folder = Path.Combine(ProgramFiles.Folder, "goldens", "end_to_end");
            return Directory.Exists(folder) ? folder : null;
        }
    }

    public static Command Create() => new VerifyCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "verify",
            """
            Check a model directory: every tensor, the tokenizer, the configuration, a golden case of the published system, and one picture and
            question through every executor that this machine has. The report names no folders and is never sent anywhere.

            Examples:
              omg-llava verify omg-llava-7b
              omg-llava verify omg-llava-7b --json report.json
              omg-llava verify omg-llava-7b --image market.png --question "What is this?"
            """
        );
        command.Arguments.Add(_directory);
        foreach (Option option in (Option[])[_image, _question, _quick])
        {
            command.Options.Add(option);
        }

        _json.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static string GoldenPicture() =>
        GoldenFolder is { } folder
            ? Path.Combine(folder, "image.png")
            : throw new UsageException("This form of the program comes without a golden case; name a picture by --image.");

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        bool quick = parsed.GetValue(_quick);
        var options = new VerificationOptions
        {
            GoldenFolder = quick ? null : GoldenFolder,
            Picture = quick ? null : ImageFile.Load(parsed.GetValue(_image) ?? GoldenPicture()),
            Question = parsed.GetRequiredValue(_question),
            Notes = Terminal.Note,
        };
        VerificationReport report = ModelVerifier.Verify(
            parsed.GetValue(_directory) ?? CommonOptions.ModelDirectory(null),
            options,
            cancellation
        );
        if (!_json.Write(parsed, report.ToJson()))
        {
            Print(report);
        }

        return report.IsFine ? CommandLine.Success : CommandLine.Failure;
    }

    private static void Print(VerificationReport report)
    {
        Console.WriteLine($"{report.Model}, weights {report.Weights}");
        Console.WriteLine(string.Join(", ", report.Versions.Select(version => $"{version.Key} {version.Value}")));
        Console.WriteLine(string.Join(", ", report.Machine.Select(fact => $"{fact.Key}: {fact.Value}")));
        foreach (VerificationCheck check in report.Checks)
        {
            (string word, Color color) = check.Outcome switch
            {
                CheckOutcome.Passed => ("passed", Color.Green),
                CheckOutcome.Failed => ("FAILED", Color.Red),
                _ => ("note", Color.Yellow),
            };
            Write($"{word,-7}", color);
            Console.WriteLine($"{check.Name}: {check.Detail}");
            foreach (string line in check.Lines)
            {
                Console.WriteLine($"         {line}");
            }
        }

        if (report.Executors.Count > 0)
        {
            Console.WriteLine($"asked: {report.Question}");
        }

        foreach (ExecutorReport executor in report.Executors.Where(executor => executor.Skipped is null))
        {
            Console.WriteLine(
                $"{executor.Name}: {executor.Seconds.ToString("F2", CultureInfo.InvariantCulture)} s, "
                    + $"{executor.Text.ReplaceLineEndings(" ")}"
            );
            foreach (PlaceDifference place in executor.Differences)
            {
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"         {place.Place}: {place.Largest:E1}, {place.Share:E1} of the largest value"
                    )
                );
            }
        }

        Console.WriteLine(report.IsFine ? "Nothing is wrong." : "Something is wrong: see what FAILED.");
    }

    private static void Write(string text, Color color)
    {
        if (Console.IsOutputRedirected)
        {
            Console.Write(text);
        }
        else
        {
            Terminal.Output.Write(new Text(text, new Style(color)));
        }
    }
}
