using System.CommandLine;
using System.Text.Json.Nodes;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Perception;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava panoptic IMAGE</c>: plain segmentation, without any language.</summary>
internal static class PanopticCommand
{
    public static Command Create()
    {
        var command = new Command("panoptic", "Segment the whole image: every pixel into things and stuff, or things alone.");
        var instances = new Option<bool>("--instances")
        {
            Description = "Things with scores, whose masks may overlap, instead of a panoptic result.",
        };
        Option<double?> threshold = NumberOption.OptionalReal(
            "--threshold",
            "Least score of a segment, 0..1. Default: what suits the model.",
            0,
            1
        );
        var run = new PictureRun(new PictureArguments());
        command.Options.Add(instances);
        command.Options.Add(threshold);
        run.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                return run.RunAsync(
                    parsed,
                    _ =>
                        seen =>
                        {
                            SegmentationOptions options = seen.Model.Segmentation;
                            float least = (float?)parsed.GetValue(threshold) ?? options.ObjectThreshold;
                            options = options with { ObjectThreshold = least, InstanceThreshold = least };
                            SegmentationResult result = parsed.GetValue(instances)
                                ? seen.Model.Instances(seen.Seen, options, cancellation)
                                : seen.Model.Panoptic(seen.Seen, options, cancellation);
                            if (!run.OwnsStandardOutput(parsed))
                            {
                                Print(result, seen.Path);
                            }

                            JsonObject json = ReplyJson.Node(SegmentationJson.Of(result, seen.Model));
                            return Task.FromResult(new PictureResult(result.ToOverlay(), json, result.Objects.Count > 0));
                        },
                    cancellation
                );
            }
        );
        return command;
    }

    private static void Print(SegmentationResult result, string? path)
    {
        if (result.Objects.Count == 0)
        {
            Terminal.Note(
                $"{(path is null ? "" : $"{path}: ")}Nothing found; a lower --threshold shows what the model is less sure of."
            );
        }

        string[] columns = ["class", "kind", "score", "pixels", "box"];
        string[][] rows = [.. result.Objects.Select(segment => Row(result, segment))];
        TableOutput.Write(
            path is null ? columns : ["file", .. columns],
            path is null ? rows : [.. rows.Select(row => (string[])[path, .. row])]
        );
    }

    private static string[] Row(SegmentationResult result, SegmentedObject segment)
    {
        PixelBox box = segment.Mask.Box ?? default;
        return
        [
            result.NameOf(segment),
            segment.IsThing ? "thing" : "stuff",
            FormattableString.Invariant($"{segment.Score:F2}"),
            FormattableString.Invariant($"{segment.Mask.Area}"),
            FormattableString.Invariant($"{box.X0},{box.Y0},{box.X1},{box.Y1}"),
        ];
    }
}
