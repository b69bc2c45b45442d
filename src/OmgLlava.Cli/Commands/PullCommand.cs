using System.CommandLine;
using System.Globalization;
using OmgLlava.Conversion.Pulling;
using OmgLlava.Runtime;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava pull MODEL</c>: from nothing to a model directory that answers.</summary>
internal sealed class PullCommand
{
    private readonly Argument<string> _model = new("MODEL")
    {
        Description = $"{string.Join(", ", ModelManifest.Names)}, or a manifest (.json) of your own.",
    };

    private readonly Option<string> _task = new("--task")
    {
        Description = "Which fine-tuning: general, refseg (referring segmentation) or gcg (descriptions with masks).",
        HelpName = "general|refseg|gcg",
        DefaultValueFactory = _ => ModelManifest.GeneralTask,
    };

    private readonly FormatOptions _formats = new(
        "--quantize",
        "Pack the language model into 4 or 8 bits, for the engine 'cpu'. Default: bfloat16, as published."
    );
    private readonly Option<string?> _output = new("--out")
    {
        Description = "The model directory to write. Default: the model's name in this folder.",
        HelpName = "DIR",
    };
    private readonly Option<string?> _from = new("--from")
    {
        Description = "Take the published files from this folder; nothing is downloaded.",
        HelpName = "FOLDER",
    };
    private readonly Option<bool> _plan = new("--plan") { Description = "Say what would be done, and end." };

    public static Command Create() => new PullCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "pull",
            """
            Download the published files of a model, check them, and make a model directory that answers.

            Downloads go to the cache that Python's Hugging Face tools use, and are continued after a cut. HF_HOME or HF_HUB_CACHE name the
            cache, HF_TOKEN the user, HF_ENDPOINT another hub; HF_HUB_OFFLINE=1 takes what the cache has.

            Examples:
              omg-llava pull omg-llava-7b --plan
              omg-llava pull omg-llava-7b --quantize int4
              omg-llava pull omg-llava-7b --task gcg --out models/gcg
              omg-llava pull omg-llava-7b --from /media/disk/omg_llava
            """
        );
        command.Arguments.Add(_model);
        foreach (Option option in (Option[])[_task, _output, _from, _plan])
        {
            command.Options.Add(option);
        }

        _formats.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new PullOptions
        {
            Task = parsed.GetRequiredValue(_task),
            Quantization = _formats.Read(parsed, null),
            Output = parsed.GetValue(_output),
            From = parsed.GetValue(_from),
            Notes = Terminal.Note,
        };
        ModelManifest manifest = ModelManifest.Find(parsed.GetRequiredValue(_model));
        PullPlan plan = await Terminal.WithStatusAsync(
            "Asking what there is",
            () => ModelPuller.PlanAsync(manifest, options, cancellation)
        );
        Show(plan);
        if (parsed.GetValue(_plan))
        {
            return CommandLine.Success;
        }

        if (!plan.IsDone)
        {
            plan.RequireSpace();
            await PullDisplay.ShowAsync(progress => ModelPuller.RunAsync(plan, progress, cancellation));
        }

        string done = plan.IsDone
            ? "is there already, made of the same files"
            : FormattableString.Invariant($"is ready, {Size(plan.Output) / 1e9:F2} GB");
        Console.WriteLine(
            $"{plan.Output} {done}. Ask it: omg-llava ask PICTURE \"QUESTION\" --model {Path.GetRelativePath(".", plan.Output)}"
        );
        return CommandLine.Success;
    }

    /// <summary>Each file with its size and origin; then disks and memory.</summary>
    private static void Show(PullPlan plan)
    {
        Console.WriteLine($"{plan.Manifest.Name}: {plan.Manifest.Summary}");
        foreach (
            IGrouping<(string Role, string Origin), PlannedFile> part in plan.Files.GroupBy(file =>
                (file.Role, Origin: Origin(plan, file))
            )
        )
        {
            Console.WriteLine($"  {part.Key.Role}, from {part.Key.Origin}");
            foreach (PlannedFile file in part)
            {
                string here =
                    file.BytesHere == file.Bytes ? "here already"
                    : file.BytesHere > 0 ? FormattableString.Invariant($"{Bytes(file.BytesHere)} here already")
                    : "";
                Console.WriteLine($"    {Bytes(file.Bytes),10}  {file.Path}{(here.Length > 0 ? $"  ({here})" : "")}");
            }
        }

        if (plan.IsDone)
        {
            return;
        }

        Console.WriteLine(
            $"  to download: {Bytes(plan.DownloadBytes)} of "
                + $"{Bytes(plan.Files.Sum(file => file.Bytes))}{(plan.Cache.Length > 0 ? $", to {plan.Cache}" : "")}"
        );
        Console.WriteLine($"  to write: about {Bytes(plan.OutputBytes)}, to {plan.Output}");
        foreach ((string disk, long needed, long free) in plan.Disks)
        {
            Console.WriteLine($"  disk {disk}: takes {Bytes(needed)} of {Bytes(free)} free");
        }

        long memory = MemoryBudget.AvailableBytes();
        if (memory < plan.OutputBytes)
        {
            Terminal.Note(
                $"Answering needs at least {Bytes(plan.OutputBytes)} of memory; this machine has {Bytes(memory)} "
                    + $"free.{(plan.Files.Count > 0 && plan.OutputBytes > 10_000_000_000 ? " '--quantize int4' needs less." : "")}"
            );
        }
    }

    private static string Origin(PullPlan plan, PlannedFile file) =>
        file.Repository.Length == 0 ? Path.GetDirectoryName(file.Local)! : $"{file.Repository} at {file.Commit[..12]}";

    private static string Bytes(long bytes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(bytes >= 1_000_000_000 ? bytes / 1e9 : bytes >= 1_000_000 ? bytes / 1e6 : bytes / 1e3):F1} "
                + $"{(bytes >= 1_000_000_000 ? "GB" : bytes >= 1_000_000 ? "MB" : "kB")}"
        );

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
}
