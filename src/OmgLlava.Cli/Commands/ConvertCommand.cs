using System.CommandLine;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava convert</c>: published files become a model directory.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var command = new Command("convert", "Make a model directory of the published checkpoints; every tensor is accounted for.");
        Option<string> perception = Required("--omg-seg", "The OMG-Seg checkpoint (omg_seg_convl.pth).", "FILE");
        Option<string> classes = Required("--classes", "The class embeddings (convnext_large_d_320_CocoPanopticOVDataset.pth).", "FILE");
        Option<string> language = Required("--internlm2", "The folder of InternLM2-chat-7B as it comes from Hugging Face.", "DIR");
        var alignment = new Option<string[]>("--omg-llava")
        {
            Description = "An OMG-LLaVA checkpoint (pretrained, then fine-tuned; later ones replace what earlier ones hold).",
            HelpName = "FILE",
            Required = true,
        };
        Option<string> output = Required("--out", "The model directory to write.", "DIR");
        var config = new Option<string?>("--config") { Description = "JSON with what weights do not show (heads, thing classes, LoRA alpha, image size). Default: as published.", HelpName = "FILE" };
        var name = new Option<string>("--name") { Description = "Name of the model.", DefaultValueFactory = _ => new ConversionOptions().Name };
        Option<string?> type = CommonOptions.Choice("--dtype", "Element type of the language model. Default: bfloat16.", "float32", "bfloat16", "float16");
        var keep = new Option<bool>("--keep-adapters") { Description = "Keep LoRA apart instead of merging it into the weights." };
        var formats = new FormatOptions("--quantize", "Pack the language model into 4 or 8 bits, for the engine 'cpu'.");
        foreach (Option option in (Option[])[perception, classes, language, alignment, output, config, name, type, keep])
        {
            command.Options.Add(option);
        }

        formats.AddTo(command);

        command.SetAction((parsed, cancellation) =>
        {
            var files = new PublishedFiles(
                parsed.GetRequiredValue(perception), parsed.GetRequiredValue(classes), parsed.GetRequiredValue(language),
                parsed.GetRequiredValue(alignment), parsed.GetValue(config));
            var options = new ConversionOptions
            {
                Name = parsed.GetRequiredValue(name),
                LanguageType = CommonOptions.ParseType(parsed.GetValue(type)) ?? ScalarType.BFloat16,
                KeepAdapters = parsed.GetValue(keep),
                Quantization = formats.Read(parsed, null),
            };
            if (options.Quantization is not null && (options.KeepAdapters || parsed.GetValue(type) is not null))
            {
                throw new UsageException("--quantize merges the adapters and decides the element type; leave --keep-adapters and --dtype out.");
            }

            using CheckpointConverter converter = Terminal.WithStatus("Reading the checkpoints", () => CheckpointConverter.Open(files, options));
            Convert(converter, parsed.GetRequiredValue(output), cancellation);
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    private static void Convert(CheckpointConverter converter, string folder, CancellationToken cancellation)
    {
        long total = Math.Max(1, converter.Written.Sum(tensor => tensor.ByteCount));
        Terminal.WithProgress("Converting", progress =>
        {
            converter.Write(folder, new ByteShare(progress, total), cancellation);
            return 0;
        });
        Console.WriteLine(FormattableString.Invariant(
            $"Wrote {folder}: {converter.Output.Count} tensors, {total / 1e6:F0} MB. Every published tensor has its place; {converter.Leftovers.Count} are known leftovers."));
        foreach (string leftover in converter.Leftovers)
        {
            Terminal.Note($"left out: {leftover}");
        }
    }

    private static Option<string> Required(string name, string description, string form) => new(name) { Description = description, HelpName = form, Required = true };
}
