using System.CommandLine;
using OmgLlava.Conversion;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava quantize DIR --out DIR</c>: the language model in 4 or 8 bits, perception's weights in 8 or 6.</summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "quantize",
            "Pack the language model of a model directory into 4 or 8 bits, its adapters merged first; or perception's weights "
                + "into 8."
        );
        var source = new Argument<string>("DIR") { Description = "The model directory to quantize." };
        var output = new Option<string>("--out")
        {
            Description = "The model directory to write.",
            HelpName = "DIR",
            Required = true,
        };
        var formats = new FormatOptions("--format", "Format of the layers. Default: int4.");
        Option<string?> parts = CommonOptions.Choice(
            "--parts",
            "What to pack. Perception, with the projectors, gets a quarter as large and multiplies in whole numbers. Default: "
                + "language.",
            "language",
            "perception",
            "all"
        );
        Option<string?> perceptionFormat = CommonOptions.Choice(
            "--perception-format",
            "Format of perception's matrices; int6 is stored in bytes, too, so that only archives get smaller. Default: int8.",
            "int8",
            "int6"
        );
        var rows = new Option<bool>("--rows")
        {
            Description =
                "Round the language model's matrices row by row to 8 bits, as perception's, in place of packing it: training "
                + "and every engine still read the model.",
        };
        command.Arguments.Add(source);
        command.Options.Add(output);
        command.Options.Add(parts);
        command.Options.Add(perceptionFormat);
        command.Options.Add(rows);
        formats.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(output);
                string which = parsed.GetValue(parts) ?? "language";
                string seen = parsed.GetValue(perceptionFormat) ?? "int8";
                RowFormat? perception =
                    which == "language" ? null
                    : seen == "int6" ? RowFormat.Int6
                    : RowFormat.Int8;
                RowFormat? language = parsed.GetValue(rows) ? RowFormat.Int8 : null;
                bool packs = which != "perception" && language is null;
                QuantizationConfig? given = formats.Read(parsed, packs ? WeightFormat.Int4 : null);
                if (Contradiction(which, given, language, parsed.GetValue(perceptionFormat)) is { } why)
                {
                    throw new UsageException(why);
                }

                QuantizationConfig? quantization = given?.For(ModelDirectory.ReadConfig(from).Language);
                long total = ModelQuantizer.Describe(from, quantization, perception, language).Sum(tensor => tensor.ByteCount);
                Terminal.WithProgress(
                    "Quantizing",
                    progress =>
                    {
                        var share = new ByteShare(progress, total);
                        ModelQuantizer.Write(from, to, quantization, perception, language, share, cancellation);
                        return 0;
                    }
                );
                string?[] packed =
                [
                    quantization?.ToString(),
                    language is null ? null : "language in rows of int8",
                    perception is null ? null : $"perception {seen}",
                ];
                string what = string.Join(", ", packed.OfType<string>());
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Wrote {to}: {what}; {total / 1e6:F0} MB instead of {Bytes(from) / 1e6:F0} MB."
                    )
                );
                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }

    private static string? Contradiction(string parts, QuantizationConfig? packed, RowFormat? rounded, string? perception) =>
        (parts, packed, rounded) switch
        {
            (_, not null, not null) => "--format packs the language model, which --rows only rounds: give one of them.",
            ("perception", not null, _) => "--format is for the language model, which '--parts perception' leaves alone.",
            ("perception", _, not null) => "--rows is for the language model, which '--parts perception' leaves alone.",
            ("language", _, _) when perception is not null =>
                "--perception-format is for perception, which '--parts all' and '--parts perception' pack.",
            _ => null,
        };

    private static long Bytes(string directory)
    {
        using ITensorSource weights = TensorSources.Open(directory);
        return weights.Tensors.Values.Sum(tensor => tensor.ByteCount);
    }
}
