using System.CommandLine;
using System.Diagnostics;
using OmgLlava.Training.World;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava world --art DIR... --scenes N --seed S --out DIR</c>.</summary>
internal static class WorldCommand
{
    public static Command Create()
    {
        var command = new Command("world", "Render scenes of drawn objects with complete ground truth: a data set to train and to evaluate on.");
        var art = new Option<string[]>("--art") { Description = "Folders of art packs; recipes/nano/fetch-art.sh fetches some.", HelpName = "DIR", Required = true, AllowMultipleArgumentsPerToken = true };
        var scenes = new Option<int>("--scenes") { Description = "Number of scenes.", HelpName = "N", Required = true };
        var seed = new Option<long>("--seed") { Description = "Names the series: the same seed and packs give the same bytes." };
        var output = new Option<string>("--out") { Description = "A new folder to write.", HelpName = "DIR", Required = true };
        var size = new Option<int>("--size") { Description = "Longer side of the pictures in pixels.", DefaultValueFactory = _ => new WorldOptions().Size };
        var fewest = new Option<int>("--min-things") { Description = "Fewest things in a scene.", DefaultValueFactory = _ => new WorldOptions().MinThings };
        var most = new Option<int>("--max-things") { Description = "Most things in a scene.", DefaultValueFactory = _ => new WorldOptions().MaxThings };
        var categories = new Option<string[]>("--categories") { Description = "The only categories to show. Default: all.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var first = new Option<long>("--first") { Description = "Index of the first scene of the series." };
        var split = new Option<string>("--split") { Description = "The split that the records name.", DefaultValueFactory = _ => "train" };
        var threads = new Option<int>("--threads") { Description = "Threads. Default: one for each processor." };
        scenes.Validators.Add(result => Positive(result, "--scenes"));
        foreach (Option option in (Option[])[art, scenes, seed, output, size, fewest, most, categories, first, split, threads])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            ArtPack[] packs = [.. parsed.GetRequiredValue(art).Select(ArtPack.Load)];
            string[]? only = parsed.GetValue(categories) is { Length: > 0 } names ? names : null;
            var options = new WorldOptions { Size = parsed.GetValue(size), MinThings = parsed.GetValue(fewest), MaxThings = parsed.GetValue(most), Categories = only };
            var renderer = new SceneRenderer(packs, parsed.GetValue(seed), options);
            int count = parsed.GetRequiredValue(scenes);
            var clock = Stopwatch.StartNew();
            (long things, long expressions) = Terminal.WithProgress($"Rendering {count} scenes", progress => WorldFolder.Write(
                renderer, parsed.GetValue(first), count, parsed.GetRequiredValue(output), parsed.GetValue(split)!, parsed.GetValue(threads), progress, cancellation));
            Console.WriteLine(FormattableString.Invariant(
                $"Wrote {parsed.GetRequiredValue(output)}: {count} scenes with {things} things of {renderer.Categories.Count} categories and {expressions} expressions, {count / clock.Elapsed.TotalSeconds:F1} scenes a second."));
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    private static void Positive(System.CommandLine.Parsing.OptionResult result, string name)
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && value < 1)
        {
            result.AddError($"{name} must be at least 1, not {value}.");
        }
    }
}
