using System.CommandLine;
using System.Text;
using OmgLlava.Files;
using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>Files that an answer is written to: <c>--out</c> and <c>--json</c>.</summary>
internal sealed class AnswerOutputs
{
    private const string Standard = "-";

    private static readonly string[] StandardNames = [Standard, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description =
            "Write the image with the masks drawn over it, as PNG, JPEG or WebP by its name; '-' for a PNG on standard "
            + "output, which then holds nothing else.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write the answer with its masks as JSON; '-' for standard output, which then holds nothing else.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _failIfMissing = new("--fail-if-missing")
    {
        Description = "End with exit code 3 when no mask was found.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_failIfMissing);
        command.Options.Add(_out);
        command.Options.Add(_json);
    }

    /// <summary>Whether standard output belongs to the picture or the JSON.</summary>
    public bool OwnStandardOutput(ParseResult parsed) => IsStandard(parsed.GetValue(_json)) || IsStandard(parsed.GetValue(_out));

    /// <summary>Checks, before any work, that what is asked for can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">Files that must not be written over.</param>
    /// <exception cref="UsageException">It cannot; the message says why.</exception>
    public void Check(ParseResult parsed, params IEnumerable<string> inputs)
    {
        string?[] wanted = [parsed.GetValue(_out), parsed.GetValue(_json)];
        if (wanted.All(IsStandard))
        {
            throw new UsageException("--out and --json cannot both be standard output.");
        }

        string[] files = [.. wanted.OfType<string>().Where(path => !IsStandard(path))];
        foreach (string path in files)
        {
            if (inputs.FirstOrDefault(input => input != Standard && OutputFile.IsSame(input, path)) is { } same)
            {
                throw new UsageException($"'{path}' is the input '{same}' itself; give the output another name.");
            }

            try
            {
                OutputFile.Check(path);
            }
            catch (OmgLlavaException error)
            {
                throw new UsageException(error.Message);
            }
        }

        if (files.Length == 2 && OutputFile.IsSame(files[0], files[1]))
        {
            throw new UsageException($"--out and --json are the same file '{files[1]}'; give two.");
        }

        if (parsed.GetValue(_out) is { } picture && !IsStandard(picture) && PictureFormats.Of(picture) is null)
        {
            throw new UsageException($"'{picture}' has no ending of a picture that can be written; name it .png, .jpg or .webp.");
        }
    }

    /// <summary>Writes what was asked for.</summary>
    public void Write(ParseResult parsed, RgbImage image, IReadOnlyList<OverlayItem> items, Func<string> json)
    {
        if (parsed.GetValue(_out) is { } picture)
        {
            WritePicture(picture, Overlay.Draw(image, items));
        }

        if (parsed.GetValue(_json) is { } path)
        {
            Write(path, Encoding.UTF8.GetBytes(IsStandard(path) ? json() + Environment.NewLine : json()));
        }
    }

    /// <summary>Writes a picture in the format of its name.</summary>
    public static void WritePicture(string path, RgbImage image) =>
        Write(path, PictureFormats.Encode(image, PictureFormats.Of(path) ?? PictureFormat.Png));

    /// <summary>The exit code of an answer.</summary>
    public int Code(ParseResult parsed, bool found) =>
        found || !parsed.GetValue(_failIfMissing) ? CommandLine.Success : CommandLine.Missing;

    /// <summary>The masks of an answer in their phrases' colours.</summary>
    public static IReadOnlyList<OverlayItem> Items(IReadOnlyList<Segment> segments) =>
        [
            .. segments
                .Index()
                .Where(s => s.Item.Mask is not null)
                .Select(s => new OverlayItem(s.Item.Mask!, Palette.Color(s.Index), s.Item.Phrase)),
        ];

    private static void Write(string path, byte[] content)
    {
        if (IsStandard(path))
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(content);
            return;
        }

        OutputFile.Write(path, content);
        Terminal.Note($"Wrote {path}.");
    }

    private static bool IsStandard(string? path) => StandardNames.Contains(path);
}
