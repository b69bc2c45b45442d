using System.CommandLine;
using System.Globalization;
using OmgLlava.Cli;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Ranks;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using Spectre.Console;

namespace OmgLlava.Train.Cli;

/// <summary><c>omg-llava-train train FILE</c>.</summary>
internal static class TrainCommand
{
    /// <summary>The share of its first loss that a batch must fall to before it counts as learnt by heart.</summary>
    private const double LearntShare = 0.5;

    public static Command Create()
    {
        var command = new Command(
            "train",
            "Run a training recipe, or go on with it: the same command resumes where it stopped. Ctrl-C saves and stops. Under "
                + "mpirun the processes share the passes of each step; SIGUSR1 to mpirun saves and stops them, Ctrl-C does not save."
        );
        var file = new Argument<string>("FILE") { Description = "The recipe, a JSON file; recipes/nano has one for each stage." };
        Option<double?> minutes = NumberOption.OptionalReal(
            "--max-minutes",
            "Stop with a checkpoint after this time.",
            0.001,
            1e7
        );
        Option<int?> steps = NumberOption.OptionalWhole(
            "--steps",
            "Take this many steps instead of the recipe's, with the schedule fitted to them.",
            least: 1
        );
        var overfit = new Option<bool>("--overfit-one-batch")
        {
            Description = "Train on the first batch only and keep nothing: shows whether the recipe can learn at all.",
        };
        var check = new Option<bool>("--check") { Description = "Check recipe, data and model, and stop there." };
        var restart = new Option<bool>("--restart") { Description = "Begin anew although there is a checkpoint." };
        var force = new Option<bool>("--force") { Description = "Go on from the checkpoint although the recipe has changed." };
        command.Arguments.Add(file);
        foreach (Option option in (Option[])[CommonOptions.Device, minutes, steps, overfit, check, restart, force])
        {
            command.Options.Add(option);
        }

        command.SetAction(
            (parsed, cancellation) =>
            {
                Interruption.Process.Patient = true; // a checkpoint is written first
                return Task.FromResult(TrainingJob.Run(Train, cancellation));

                int Train(RankGroup ranks, CancellationToken stop)
                {
                    var recipe = Recipe.Load(parsed.GetRequiredValue(file));
                    recipe = recipe with { Steps = parsed.GetValue(steps) ?? recipe.Steps };
                    var options = new TrainingOptions
                    {
                        Device = parsed.GetValue(CommonOptions.Device)!,
                        TimeLimit = parsed.GetValue(minutes) is { } limit ? TimeSpan.FromMinutes(limit) : null,
                        OverfitOneBatch = parsed.GetValue(overfit),
                        Restart = parsed.GetValue(restart),
                        Force = parsed.GetValue(force),
                        Ranks = ranks,
                        Note = Terminal.Note,
                    };
                    return !parsed.GetValue(check) ? Run(recipe, options, stop)
                        : ranks.IsFirst ? Check(recipe, options)
                        : CommandLine.Success;
                }
            }
        );
        return command;
    }

    private static int Check(Recipe recipe, TrainingOptions options)
    {
        Trainer.Check(recipe, options);
        foreach (string line in OwnDataReport.Of(recipe))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine("Recipe, data and model fit together.");
        return CommandLine.Success;
    }

    private static int Run(Recipe recipe, TrainingOptions options, CancellationToken cancellation)
    {
        TrainingResult result = Console.IsErrorRedirected || !options.Ranks.IsFirst
            ? Trainer.Run(
                recipe,
                options with
                {
                    Progress = p => Terminal.Note(Line(p)),
                    Sample = s => Terminal.Note(Line(s)),
                },
                cancellation
            )
            : WithBar(recipe, options, cancellation);
        if (!options.Ranks.IsFirst)
        {
            return CommandLine.Success;
        }

        if (options.OverfitOneBatch)
        {
            bool learnt = result.LastLoss < LearntShare * result.FirstLoss;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"One batch, {result.Step} steps: loss {result.FirstLoss:F3} -> {result.LastLoss:F3}; "
                        + $"{(learnt ? "the recipe can learn it" : "the recipe does not learn even one batch")}."
                )
            );
            return learnt ? CommandLine.Success : CommandLine.Failure;
        }

        // no step was left to take
        string loss = double.IsNaN(result.LastLoss) ? "" : FormattableString.Invariant($", loss {result.LastLoss:F4}");
        Console.WriteLine(FormattableString.Invariant($"Step {result.Step} of {recipe.Steps}{loss}, model in {result.Model}."));
        return cancellation.IsCancellationRequested ? CommandLine.Cancelled : CommandLine.Success;
    }

    private static TrainingResult WithBar(Recipe recipe, TrainingOptions options, CancellationToken cancellation) =>
        Terminal
            .Messages.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("Training", maxValue: recipe.Steps);
                return Trainer.Run(
                    recipe,
                    options with
                    {
                        Progress = p =>
                        {
                            task.Value = p.Step;
                            task.Description = Markup.Escape(Line(p));
                        },
                        Sample = s => Terminal.Messages.WriteLine(Line(s)),
                    },
                    cancellation
                );
            });

    private static string Line(TrainingProgress p)
    {
        string terms = string.Join(
            ' ',
            p.Terms.Select(term => $"{term.Key} {term.Value.ToString("F3", CultureInfo.InvariantCulture)}")
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {p.Step}/{p.Steps} loss {p.Loss:F4} {terms} rate {p.LearningRate:E1} {p.SamplesPerSecond:F1} samples/s, "
                + $"{Left(p.Remaining)} left"
        );
    }

    private static string Line(TrainingSample sample) =>
        $"  {sample.Question} | expected: {sample.Expected} | answered: {sample.Answer}";

    private static string Left(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s";
}
