using System.CommandLine;
using OmgLlava.Data.Photos;
using OmgLlava.World;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava art --from FILE|DIR --name NAME --out DIR</c>, or <c>--from-masks DIR --kind KIND</c> instead of
/// <c>--from</c>.</summary>
internal static class ArtCommand
{
    public static Command Create()
    {
        var command = new Command(
            "art",
            "Make an art pack for 'world' from an emoji font, from a folder of pictures with alpha, or of what labelled "
                + "photographs show."
        );
        var from = new Option<string>("--from")
        {
            Description = "A font with colour bitmaps, or a folder of PNG or WebP files named by code points (1f408.png).",
            HelpName = "FILE|DIR",
        };
        var masks = new Option<string>("--from-masks")
        {
            Description = "A folder of labelled photographs, of which whole things are cut out.",
            HelpName = "DIR",
        };
        var kind = new Option<PhotoKind?>("--kind")
        {
            Description = "Their layout (docs/training.md): Voc, Coco or CocoPanoptic.",
            HelpName = "KIND",
        };
        var annotations = new Option<string?>("--annotations")
        {
            Description = "The JSON file of COCO's layouts, in that folder.",
            HelpName = "FILE",
        };
        var part = new Option<string?>("--part")
        {
            Description = "train, val, or all.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "train",
        };
        var most = new Option<int>("--most")
        {
            Description = "The most cut-outs of a class.",
            HelpName = "N",
            DefaultValueFactory = _ => 200,
        };
        var name = new Option<string>("--name")
        {
            Description = "Name of the pack.",
            HelpName = "NAME",
            Required = true,
        };
        var credits = new Option<string>("--credits")
        {
            Description = "Who made the drawings, and their licence.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "",
        };
        var list = new Option<string?>("--list")
        {
            Description = "For a folder whose files have other names: lines of FILE, a tab, CATEGORY.",
            HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder of the pack.",
            HelpName = "DIR",
            Required = true,
        };
        foreach (Option option in (Option[])[from, list, masks, kind, annotations, part, most, name, credits, output])
        {
            command.Options.Add(option);
        }

        command.SetAction(
            (parsed, cancellation) =>
            {
                string folder = parsed.GetRequiredValue(output);
                if (parsed.GetValue(from) is null == parsed.GetValue(masks) is null)
                {
                    throw new UsageException(
                        "Give either --from (a font or a folder of drawings) or --from-masks (a folder of labelled photographs)."
                    );
                }

                if (
                    parsed.GetValue(masks) is not null
                    && (
                        parsed.GetValue(kind) is not (PhotoKind.Voc or PhotoKind.Coco or PhotoKind.CocoPanoptic)
                        || parsed.GetValue(most) < 1
                    )
                )
                {
                    throw new UsageException("--from-masks needs --kind Voc, Coco or CocoPanoptic, and --most of at least 1.");
                }

                IPhotoSet? photos = parsed.GetValue(masks) is not { } root
                    ? null
                    : PhotoSets.Open(
                        parsed.GetValue(kind)!.Value,
                        root,
                        parsed.GetValue(annotations),
                        parsed.GetValue(part) is "all" ? null : parsed.GetValue(part)
                    );
                int count = Terminal.WithProgress(
                    $"Making {parsed.GetRequiredValue(name)}",
                    progress =>
                        photos is not null
                            ? CutOutPackBuilder.Build(
                                photos,
                                folder,
                                parsed.GetRequiredValue(name),
                                parsed.GetRequiredValue(credits),
                                parsed.GetValue(most),
                                progress,
                                cancellation
                            )
                            : ArtPackBuilder.Build(
                                parsed.GetRequiredValue(from),
                                folder,
                                parsed.GetRequiredValue(name),
                                parsed.GetRequiredValue(credits),
                                parsed.GetValue(list),
                                progress,
                                cancellation
                            )
                );
                ArtPack pack = ArtPack.Load(folder);
                Console.WriteLine(
                    $"Wrote {folder}: {count} drawings of "
                        + $"{pack.Drawings.DistinctBy(drawing => drawing.Category.Name).Count()} categories."
                );
                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }
}
