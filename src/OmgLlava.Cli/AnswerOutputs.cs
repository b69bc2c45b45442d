using System.CommandLine;
using System.Text;
using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>Files that an answer is written to: <c>--out</c> and <c>--json</c>.</summary>
internal sealed class AnswerOutputs
{
    private readonly Option<string?> _out = new("--out", "-o") { Description = "Write the image with the masks drawn over it.", HelpName = "PNG" };
    private readonly Option<string?> _json = new("--json") { Description = "Write the answer with its masks as JSON; '-' for standard output, which then holds nothing else.", HelpName = "FILE" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_out);
        command.Options.Add(_json);
    }

    /// <summary>Whether standard output belongs to the JSON.</summary>
    public bool JsonOnly(ParseResult parsed) => parsed.GetValue(_json) == "-";

    /// <summary>Checks, before any work, that the folders of the files exist.</summary>
    /// <exception cref="UsageException">One does not.</exception>
    public void Check(ParseResult parsed)
    {
        foreach (string path in ((string?[])[parsed.GetValue(_out), parsed.GetValue(_json)]).OfType<string>().Where(path => path != "-"))
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
            if (!Directory.Exists(folder))
            {
                throw new UsageException($"The folder '{folder}' for '{path}' does not exist.");
            }
        }
    }

    /// <summary>Writes what was asked for.</summary>
    public void Write(ParseResult parsed, RgbImage image, IReadOnlyList<OverlayItem> items, Func<string> json)
    {
        if (parsed.GetValue(_out) is { } picture)
        {
            ImageFile.SavePng(Overlay.Draw(image, items), picture);
            Terminal.Note($"Wrote {picture}.");
        }

        if (parsed.GetValue(_json) is { } path)
        {
            string text = json();
            if (path == "-")
            {
                Console.WriteLine(text);
            }
            else
            {
                Files.Write(path, Encoding.UTF8.GetBytes(text));
                Terminal.Note($"Wrote {path}.");
            }
        }
    }

    /// <summary>The masks of an answer in their phrases' colours.</summary>
    public static IReadOnlyList<OverlayItem> Items(IReadOnlyList<Segment> segments) =>
    [
        .. segments.Index().Where(s => s.Item.Mask is not null).Select(s => new OverlayItem(s.Item.Mask!, Palette.Color(s.Index), s.Item.Phrase)),
    ];
}
