using System.CommandLine;
using OmgLlava.Conversion;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava quantize DIR --out DIR</c>: the language model in 4 or 8 bits, perception's weights in 8.</summary>
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
            "What to pack. Perception, with the projectors, gets a quarter as large and multiplies in whole numbers, always of "
                + "8 bits. Default: language.",
            "language",
            "perception",
            "all"
        );
        command.Arguments.Add(source);
        command.Options.Add(output);
        command.Options.Add(parts);
        formats.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(output);
                string which = parsed.GetValue(parts) ?? "language";
                bool perception = which != "language";
                WeightFormat? otherwise = which == "perception" ? null : WeightFormat.Int4;
                QuantizationConfig? quantization = formats
                    .Read(parsed, otherwise)
                    ?.For(ModelDirectory.ReadConfig(from).Language);
                if (which == "perception" && quantization is not null)
                {
                    throw new UsageException("--format is for the language model, which '--parts perception' leaves alone.");
                }

                long total = ModelQuantizer.Describe(from, quantization, perception).Sum(tensor => tensor.ByteCount);
                Terminal.WithProgress(
                    "Quantizing",
                    progress =>
                    {
                        var share = new ByteShare(progress, total);
                        ModelQuantizer.Write(from, to, quantization, perception, share, cancellation);
                        return 0;
                    }
                );
                string?[] packed = [quantization?.ToString(), perception ? "perception int8" : null];
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

    private static long Bytes(string directory)
    {
        using ITensorSource weights = TensorSources.Open(directory);
        return weights.Tensors.Values.Sum(tensor => tensor.ByteCount);
    }
}
