using System.CommandLine;
using OmgLlava.Imaging;
using OmgLlava.Json;

namespace OmgLlava.Cli;

/// <summary>Options that point at things: <c>--point</c>, <c>--box</c>, <c>--mask</c>, each as often as wanted.</summary>
internal sealed class PromptOptions
{
    private readonly Option<string[]> _points = Repeated("--point", "Point at x,y in pixels of the image.", "x,y", 2);
    private readonly Option<string[]> _boxes = Repeated("--box", "Point at a box in pixels of the image.", "x0,y0,x1,y1", 4);
    private readonly Option<string[]> _masks = new("--mask")
    {
        Description =
            "Point at the pixels of a mask: an image (its alpha, or its lit pixels), or a .json file with a COCO RLE or an "
            + "answer; answer.json#2 is its second mask.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_points);
        command.Options.Add(_boxes);
        command.Options.Add(_masks);
    }

    /// <summary>How many prompts there are.</summary>
    public int Count(ParseResult parsed) =>
        (parsed.GetValue(_points) ?? []).Length + (parsed.GetValue(_boxes) ?? []).Length + (parsed.GetValue(_masks) ?? []).Length;

    /// <summary>The prompts in the order of the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="picture">The picture that they point at.</param>
    /// <exception cref="OmgLlavaException">A mask file is missing or damaged.</exception>
    public IReadOnlyList<VisualPrompt> Read(ParseResult parsed, RgbImage picture)
    {
        var prompts = new List<VisualPrompt>();
        var queues = new Dictionary<string, Queue<string>>
        {
            ["--point"] = new(parsed.GetValue(_points) ?? []),
            ["--box"] = new(parsed.GetValue(_boxes) ?? []),
            ["--mask"] = new(parsed.GetValue(_masks) ?? []),
        };
        foreach (string token in parsed.Tokens.Select(token => token.Value).Where(queues.ContainsKey))
        {
            if (queues[token].TryDequeue(out string? value))
            {
                prompts.Add(Parse(token, value, picture));
            }
        }

        return prompts;
    }

    /// <summary>One prompt from its option and value.</summary>
    public static VisualPrompt Parse(string option, string value, RgbImage picture)
    {
        switch (option)
        {
            case "--point" when TryNumbers(value, 2, out float[] p):
                return VisualPrompt.Point(p[0], p[1]);
            case "--box" when TryNumbers(value, 4, out float[] b):
                return VisualPrompt.Box(b[0], b[1], b[2], b[3]);
            case "--mask":
                return VisualPrompt.Region(MaskFile.Load(value, (picture.Width, picture.Height)));
            default:
                throw new UsageException(
                    $"'{value}' is not what {option} takes: {(option == "--box" ? "x0,y0,x1,y1" : "x,y")} in pixels of the image."
                );
        }
    }

    private static Option<string[]> Repeated(string name, string description, string form, int count)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = form };
        option.Validators.Add(result =>
        {
            foreach (System.CommandLine.Parsing.Token token in result.Tokens)
            {
                if (!TryNumbers(token.Value, count, out _))
                {
                    result.AddError($"'{token.Value}' is not what {name} takes: {form} in pixels of the image.");
                }
            }
        });
        return option;
    }

    private static bool TryNumbers(string text, int count, out float[] numbers)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        numbers = new float[count];
        if (parts.Length != count)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (NumberOption.ParseReal(parts[i], -1e9, 1e9) is not { } number)
            {
                return false;
            }

            numbers[i] = (float)number;
        }

        return true;
    }
}
