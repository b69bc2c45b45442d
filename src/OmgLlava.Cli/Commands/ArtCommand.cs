using System.CommandLine;
using OmgLlava.Training.World;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava art --from FILE|DIR --name NAME --out DIR</c>.</summary>
internal static class ArtCommand
{
    public static Command Create()
    {
        var command = new Command("art", "Make an art pack for 'world' from an emoji font, or from a folder of pictures with alpha.");
        var from = new Option<string>("--from") { Description = "A font with colour bitmaps, or a folder of PNG or WebP files named by code points (1f408.png).", HelpName = "FILE|DIR", Required = true };
        var name = new Option<string>("--name") { Description = "Name of the pack.", HelpName = "NAME", Required = true };
        var credits = new Option<string>("--credits") { Description = "Who made the drawings, and their licence.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var list = new Option<string?>("--list") { Description = "For a folder whose files have other names: lines of FILE, a tab, CATEGORY.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "The folder of the pack.", HelpName = "DIR", Required = true };
        foreach (Option option in (Option[])[from, name, credits, list, output])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(output);
            int count = Terminal.WithProgress($"Making {parsed.GetRequiredValue(name)}", progress => ArtPackBuilder.Build(
                parsed.GetRequiredValue(from), folder, parsed.GetRequiredValue(name), parsed.GetRequiredValue(credits), parsed.GetValue(list), progress, cancellation));
            ArtPack pack = ArtPack.Load(folder);
            Console.WriteLine($"Wrote {folder}: {count} drawings of {pack.Drawings.DistinctBy(drawing => drawing.Category.Name).Count()} categories.");
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }
}
