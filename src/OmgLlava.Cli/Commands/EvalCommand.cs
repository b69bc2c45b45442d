using System.CommandLine;
using System.Diagnostics;
using System.Text;
using OmgLlava.Evaluation.Reports;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Suites;
using OmgLlava.Files;
using Spectre.Console;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava eval SUITE --data DIR</c>: benchmarks.</summary>
internal sealed class EvalCommand
{
    private readonly Argument<string> _suite = new("SUITE")
    {
        Description =
            $"The benchmark.\n{string.Join('\n', EvaluationSuites.All.Select(suite => $"{suite.Name}: {suite.Description}"))}",
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "The data set, in its published layout.",
        HelpName = "DIR",
        Required = true,
    };
    private readonly Option<string?> _split = new("--split")
    {
        Description = "Part of the data set, such as val or testA. Default: the usual one.",
        HelpName = "NAME",
    };
    private readonly Option<string?> _images = new("--images")
    {
        Description = "Folder of the pictures, where it is not the one of the layout.",
        HelpName = "DIR",
    };
    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description =
            "Folder for answers (one file of JSON lines a task), summary.json and worst.html. Default: eval/SUITE-MODEL.",
        HelpName = "DIR",
    };
    private readonly Option<string[]> _tasks = new("--task")
    {
        Description = "Only this task of the suite; may be given several times.",
        HelpName = "NAME",
    };
    private readonly Option<int?> _limit = NumberOption.OptionalWhole(
        "--limit",
        "Most samples of a task, spread evenly over it.",
        least: 1
    );
    private readonly Option<int> _batch = NumberOption.Whole(
        "--batch",
        "Samples that go through the model together; does not change answers.",
        1,
        1024,
        new EvaluationOptions().Batch
    );
    private readonly Option<int?> _maxNewTokens = NumberOption.OptionalWhole(
        "--max-new-tokens",
        "Most tokens of an answer. Default: as published for the task.",
        least: 1
    );
    private readonly Option<int> _worst = NumberOption.Whole(
        "--worst",
        "Write worst.html with the worst N samples of each task, with expected and given masks.",
        least: 0
    );
    private readonly Option<bool> _fresh = new("--fresh")
    {
        Description = "Drop the answers that are in the folder already instead of going on.",
    };
    private readonly JsonOption _json = new("the summary");

    private EvalCommand() { }

    public static Command Create()
    {
        var self = new EvalCommand();
        var command = new Command("eval", "Run a benchmark; a run that was stopped goes on where it stopped.");
        command.Arguments.Add(self._suite);
        foreach (
            Option option in (Option[])
                [
                    self._data,
                    self._split,
                    self._images,
                    self._out,
                    self._tasks,
                    self._limit,
                    self._batch,
                    self._maxNewTokens,
                    self._worst,
                    self._fresh,
                ]
        )
        {
            command.Options.Add(option);
        }

        self._json.AddTo(command);
        CommonOptions.AddModel(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        EvaluationSuite suite =
            EvaluationSuites.Find(parsed.GetRequiredValue(_suite))
            ?? throw new UsageException(
                $"There is no suite '{parsed.GetValue(_suite)}'; there are "
                    + $"{string.Join(", ", EvaluationSuites.All.Select(known => known.Name))}."
            );
        EvaluationOptions options = Options(parsed);
        string directory = CommonOptions.ModelDirectory(parsed); // a missing one is said before the data is read
        var data = new SuiteData(parsed.GetRequiredValue(_data), parsed.GetValue(_split), parsed.GetValue(_images));
        IReadOnlyList<EvaluationTask> tasks = Choose(
            Terminal.WithStatus("Checking the data", () => suite.Open(data)),
            parsed.GetValue(_tasks) ?? []
        );
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        string folder =
            parsed.GetValue(_out)
            ?? Path.Combine(
                "eval",
                $"{suite.Name}-{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)))}"
            );
        RunRecord record = Claim(parsed, suite, data, model, folder, options);
        IReadOnlyList<TaskResult> results = await RunAsync(new EvaluationRun(tasks, folder, options), model, cancellation);
        byte[] summary = SummaryReport.Create(record, results);
        OutputFile.Write(Path.Combine(folder, "summary.json"), summary);
        if (!_json.Write(parsed, Encoding.UTF8.GetString(summary).TrimEnd()))
        {
            Print(results);
        }

        if (parsed.GetValue(_worst) is > 0 and int worst)
        {
            string page = Path.Combine(folder, "worst.html");
            OutputFile.Write(
                page,
                Terminal.WithStatus(
                    "Drawing the worst",
                    () => WorstPage.Create($"{suite.Name}, {model.Name}", results, worst, cancellation)
                )
            );
            Terminal.Note($"The worst samples are in {page}.");
        }

        Terminal.Note($"Answers and summary are in {folder}.");
        return CommandLine.Success;
    }

    private EvaluationOptions Options(ParseResult parsed) =>
        new()
        {
            Batch = parsed.GetValue(_batch),
            Limit = parsed.GetValue(_limit),
            MaxNewTokens = parsed.GetValue(_maxNewTokens),
        };

    private static IReadOnlyList<EvaluationTask> Choose(IReadOnlyList<EvaluationTask> tasks, string[] names)
    {
        string? unknown = Array.Find(names, name => tasks.All(task => task.Name != name));
        return unknown is not null
                ? throw new UsageException(
                    $"There is no task '{unknown}' here; there are {string.Join(", ", tasks.Select(task => task.Name))}."
                )
            : names.Length == 0 ? tasks
            : [.. tasks.Where(task => names.Contains(task.Name))];
    }

    private RunRecord Claim(
        ParseResult parsed,
        EvaluationSuite suite,
        SuiteData data,
        OmgLlavaModel model,
        string folder,
        EvaluationOptions options
    )
    {
        string settings = string.Join(
            ", ",
            new[]
            {
                data.Split ?? suite.DefaultSplit ?? "",
                data.Images is null ? "" : $"images {Path.GetFullPath(data.Images)}",
                options.MaxNewTokens is { } most ? $"at most {most} tokens" : "",
                parsed.GetValue(CommonOptions.Type) ?? "",
                parsed.GetValue(CommonOptions.VisionType) is { } vision ? $"vision {vision}" : "",
                parsed.GetValue(CommonOptions.Engine) ?? "",
            }.Where(part => part.Length > 0)
        );
        var record = new RunRecord(suite.Name, Path.GetFullPath(data.Folder), model.Name, model.WeightsHash, settings);
        if (parsed.GetValue(_fresh) && Directory.Exists(folder))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.jsonl").Append(Path.Combine(folder, "run.json")))
            {
                File.Delete(file);
            }
        }

        record.Claim(folder);
        return record;
    }

    private static async Task<IReadOnlyList<TaskResult>> RunAsync(
        EvaluationRun run,
        OmgLlavaModel model,
        CancellationToken cancellation
    )
    {
        if (Console.IsErrorRedirected)
        {
            return await run.RunAsync(model, new Lines(), cancellation);
        }

        return await Terminal
            .Messages.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("Evaluating", maxValue: 1);
                return await run.RunAsync(model, new Bar(bar), cancellation);
            });
    }

    private static void Print(IReadOnlyList<TaskResult> results)
    {
        bool guesses = results.Any(result => result.Guessed.Count > 0);
        string[] guess = guesses ? ["without looking"] : [];
        TableOutput.Write(
            ["task", "measure", "value", .. guess, "samples"],
            [
                .. results.SelectMany(result =>
                    result.Measures.Select(measure =>
                        (string[])
                            [
                                result.Task.Name,
                                measure.Name,
                                Number(measure.Value),
                                .. guess.Select(_ => Number(result.GuessOf(measure))),
                                FormattableString.Invariant($"{measure.Samples}"),
                            ]
                    )
                ),
            ]
        );
        foreach (
            Measure measure in results
                .SelectMany(result => result.Measures)
                .Where(measure => measure.Note.Length > 0)
                .DistinctBy(measure => measure.Name)
        )
        {
            Console.Out.WriteLine($"{measure.Name}: {measure.Note}.");
        }
    }

    private static string Number(double? value) =>
        value is { } number && !double.IsNaN(number) ? FormattableString.Invariant($"{number:F4}") : "-";

    private sealed class Bar(ProgressTask bar) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            bar.Description = $"{value.Task} {value.Done}/{value.Count}";
            bar.Value = value.Share;
        }
    }

    /// <summary>A line now and then, for logs.</summary>
    private sealed class Lines : IProgress<RunProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private double? _begun;
        private TimeSpan _next = Pause;

        public void Report(RunProgress value)
        {
            _begun ??= value.Share; // what was done before this run tells nothing about its speed
            if (_clock.Elapsed < _next)
            {
                return;
            }

            _next = _clock.Elapsed + Pause;
            double share = value.Share - _begun.Value;
            string left =
                share > 0
                    ? FormattableString.Invariant($", {_clock.Elapsed.TotalMinutes * (1 - value.Share) / share:F1} min left")
                    : "";
            Terminal.Note($"{value.Task} {value.Done}/{value.Count}{left}");
        }
    }
}
