using System.CommandLine;
using OmgLlava.Imaging;
using OmgLlava.Perception;
using Spectre.Console;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava panoptic IMAGE</c>: plain segmentation, without any language.</summary>
internal static class PanopticCommand
{
    public static Command Create()
    {
        var command = new Command("panoptic", "Segment the whole image: every pixel into things and stuff, or things alone.");
        var image = new Argument<string>("IMAGE") { Description = PictureInput.Description };
        var instances = new Option<bool>("--instances")
        {
            Description = "Things with scores, whose masks may overlap, instead of a panoptic result.",
        };
        Option<double> threshold = NumberOption.Real(
            "--threshold",
            "Least score of a segment, 0..1.",
            0,
            1,
            Math.Round(new SegmentationOptions().ObjectThreshold, 6)
        );
        var outputs = new AnswerOutputs();
        command.Arguments.Add(image);
        command.Options.Add(instances);
        command.Options.Add(threshold);
        CommonOptions.AddModel(command);
        outputs.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                outputs.Check(parsed, parsed.GetRequiredValue(image));
                float least = (float)parsed.GetValue(threshold);
                RgbImage picture = PictureInput.Load(parsed.GetRequiredValue(image));
                using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
                using PerceivedImage seen = Terminal.WithStatus(
                    "Looking at the image",
                    () => model.Perceive(picture, cancellation)
                );
                var options = new SegmentationOptions { ObjectThreshold = least, InstanceThreshold = least };
                SegmentationResult result = parsed.GetValue(instances)
                    ? model.Instances(seen, options, cancellation)
                    : model.Panoptic(seen, options, cancellation);
                if (!outputs.OwnStandardOutput(parsed))
                {
                    Print(result);
                }

                outputs.Write(parsed, picture, result.ToOverlay(), () => ReplyJson.Serialize(result, model));
                return Task.FromResult(outputs.Code(parsed, result.Objects.Count > 0));
            }
        );
        return command;
    }

    private static void Print(SegmentationResult result)
    {
        if (result.Objects.Count == 0)
        {
            Terminal.Output.WriteLine("Nothing found; a lower --threshold shows what the model is less sure of.");
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("class", "kind", "score", "pixels", "box");
        foreach (SegmentedObject segment in result.Objects)
        {
            PixelBox box = segment.Mask.Box ?? default;
            table.AddRow(
                new Text(result.NameOf(segment)),
                new Text(segment.IsThing ? "thing" : "stuff"),
                new Text(FormattableString.Invariant($"{segment.Score:F2}")),
                new Text(FormattableString.Invariant($"{segment.Mask.Area}")),
                new Text(FormattableString.Invariant($"{box.X0},{box.Y0},{box.X1},{box.Y1}"))
            );
        }

        Terminal.Output.Write(table);
    }
}
