using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using OmgLlava.World;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava world --art DIR... --scenes N --seed S --out DIR</c>.</summary>
internal static class WorldCommand
{
    public static Command Create()
    {
        var command = new Command(
            "world",
            "Render scenes of drawn objects with complete ground truth: a data set to train and to evaluate on."
        );
        var art = new Option<string[]>("--art")
        {
            Description = "Folders of art packs; recipes/nano/fetch-art.sh fetches some.",
            HelpName = "DIR",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> scenes = NumberOption.Whole("--scenes", "Number of scenes.", 1);
        scenes.Required = true;
        Option<long> seed = NumberOption.Long("--seed", "Names the series: the same seed and packs give the same bytes.");
        var output = new Option<string>("--out")
        {
            Description = "A new folder to write.",
            HelpName = "DIR",
            Required = true,
        };
        Option<int> size = NumberOption.Whole(
            "--size",
            "Longer side of the pictures in pixels.",
            1,
            otherwise: new WorldOptions().Size
        );
        Option<int> fewest = NumberOption.Whole(
            "--min-things",
            "Fewest things in a scene.",
            0,
            otherwise: new WorldOptions().MinThings
        );
        Option<int> most = NumberOption.Whole(
            "--max-things",
            "Most things in a scene.",
            1,
            otherwise: new WorldOptions().MaxThings
        );
        var categories = new Option<string[]>("--categories")
        {
            Description = "The only categories to show. Default: all.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<long> first = NumberOption.Long("--first", "Index of the first scene of the series.", 0);
        var split = new Option<string>("--split")
        {
            Description = "The split that the records name.",
            DefaultValueFactory = _ => "train",
        };
        Option<int> threads = NumberOption.Whole("--threads", "Threads. Default: one for each processor.", 0, 1024);
        foreach (Option option in (Option[])[art, scenes, seed, output, size, fewest, most, categories, first, split, threads])
        {
            command.Options.Add(option);
        }

        command.SetAction(
            (parsed, cancellation) =>
            {
                Interruption.Process.Patient = true; // the unfinished folder is removed
                ArtPack[] packs = [.. parsed.GetRequiredValue(art).Select(ArtPack.Load)];
                string[]? only = parsed.GetValue(categories) is { Length: > 0 } names ? names : null;
                var options = new WorldOptions
                {
                    Size = parsed.GetValue(size),
                    MinThings = parsed.GetValue(fewest),
                    MaxThings = parsed.GetValue(most),
                    Categories = only,
                };
                var renderer = new SceneRenderer(packs, parsed.GetValue(seed), options);
                int count = parsed.GetRequiredValue(scenes);
                var clock = Stopwatch.StartNew();
                (long things, long expressions) = Terminal.WithProgress(
                    $"Rendering {count} scenes",
                    progress =>
                        WorldFolder.Write(
                            renderer,
                            parsed.GetValue(first),
                            count,
                            parsed.GetRequiredValue(output),
                            parsed.GetValue(split)!,
                            parsed.GetValue(threads),
                            progress,
                            cancellation
                        )
                );
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Wrote {parsed.GetRequiredValue(output)}: {count} scenes with {things} things of "
                            + $"{renderer.Categories.Count} categories and {expressions} expressions, "
                            + $"{count / clock.Elapsed.TotalSeconds:F1} scenes a second."
                    )
                );
                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }
}
