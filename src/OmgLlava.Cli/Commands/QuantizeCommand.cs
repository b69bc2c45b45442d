using System.CommandLine;
using OmgLlava.Conversion;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava quantize DIR --out DIR</c>: the language model in 4 or 8 bits.</summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "quantize",
            "Pack the language model of a model directory into 4 or 8 bits; adapters are merged first, perception stays as it is."
        );
        var source = new Argument<string>("DIR") { Description = "The model directory to quantize." };
        var output = new Option<string>("--out")
        {
            Description = "The model directory to write.",
            HelpName = "DIR",
            Required = true,
        };
        var formats = new FormatOptions("--format", "Format of the layers. Default: int4.");
        command.Arguments.Add(source);
        command.Options.Add(output);
        formats.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(output);
                QuantizationConfig quantization = formats
                    .Read(parsed, WeightFormat.Int4)!
                    .For(ModelDirectory.ReadConfig(from).Language);
                long total = ModelQuantizer.Describe(from, quantization).Sum(tensor => tensor.ByteCount);
                Terminal.WithProgress(
                    "Quantizing",
                    progress =>
                    {
                        ModelQuantizer.Write(from, to, quantization, new ByteShare(progress, total), cancellation);
                        return 0;
                    }
                );
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Wrote {to}: {quantization}; {total / 1e6:F0} MB instead of {Bytes(from) / 1e6:F0} MB."
                    )
                );
                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }

    private static long Bytes(string directory)
    {
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        return weights.Tensors.Values.Sum(tensor => tensor.ByteCount);
    }
}
