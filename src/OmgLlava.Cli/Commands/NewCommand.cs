using System.CommandLine;
using System.Globalization;
using OmgLlava.Conversion;
using OmgLlava.Weights;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava new --preset NAME --out DIR</c>.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var command = new Command(
            "new",
            "Write a model directory of a preset with random weights: to measure, to train from, to try things out."
        );
        var preset = new Option<string>("--preset")
        {
            Description = string.Join("; ", ModelPreset.All.Select(p => $"{p.Name}: {p.Summary}")),
            HelpName = string.Join('|', ModelPreset.All.Select(p => p.Name)),
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The model directory to write.",
            HelpName = "DIR",
            Required = true,
        };
        Option<int> seed = NumberOption.Whole("--seed", "The same seed gives the same weights.");
        var tokenizer = new Option<string?>("--tokenizer")
        {
            Description = "A folder whose tokenizer to copy. Default: one that is made up.",
            HelpName = "DIR",
        };
        foreach (Option option in (Option[])[preset, output, seed, tokenizer])
        {
            command.Options.Add(option);
        }

        command.SetAction(
            (parsed, cancellation) =>
            {
                ModelPreset chosen = ModelPreset.Find(parsed.GetRequiredValue(preset));
                string folder = parsed.GetRequiredValue(output);
                IReadOnlyList<TensorInfo> tensors = NewModel.Describe(chosen);
                long total = tensors.Sum(tensor => tensor.ByteCount);
                Terminal.WithProgress(
                    $"Writing {chosen.Name}",
                    progress =>
                    {
                        NewModel.Write(
                            chosen,
                            folder,
                            parsed.GetValue(seed),
                            parsed.GetValue(tokenizer),
                            new ByteShare(progress, total),
                            cancellation
                        );
                        return 0;
                    }
                );
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Wrote {folder}: {tensors.Count} tensors, {tensors.Sum(tensor => tensor.ElementCount) / 1e6:F1} "
                            + $"million random parameters, {total / 1e6:F0} MB."
                    )
                );
                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }
}
