using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Files;
using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>Files that an answer is written to: <c>--out</c> and <c>--json</c>.</summary>
internal sealed class AnswerOutputs
{
    private const string Standard = "-";

    private static readonly string[] StandardNames = [Standard, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    private static readonly JsonSerializerOptions Compact = new(ReplyJson.Options) { WriteIndented = false };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description =
            "Write the image with the masks drawn over it, as PNG, JPEG or WebP by its name; '-' for a PNG on standard "
            + "output, which then holds nothing else. Of several images: a folder.",
        HelpName = "FILE",
    };

    private readonly JsonOption _json = new("the answer with its masks (of several images one line each)");

    private readonly List<string> _lines = [];
    private readonly HashSet<string> _pictures = [];

    private readonly Option<bool> _failIfMissing = new("--fail-if-missing")
    {
        Description = "End with exit code 3 when no mask was found.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_failIfMissing);
        command.Options.Add(_out);
        _json.AddTo(command);
    }

    /// <summary>Whether standard output belongs to the picture or the JSON.</summary>
    public bool OwnStandardOutput(ParseResult parsed) => IsStandard(_json.Target(parsed)) || IsStandard(parsed.GetValue(_out));

    /// <summary>Checks, before any work, that what is asked for can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="several">Whether there are several pictures: <c>--out</c> is a folder.</param>
    /// <param name="inputs">Files that must not be written over.</param>
    /// <exception cref="UsageException">It cannot; the message says why.</exception>
    public void Check(ParseResult parsed, bool several, IReadOnlyList<string> inputs)
    {
        string?[] wanted = [parsed.GetValue(_out), _json.Target(parsed)];
        if (wanted.All(IsStandard))
        {
            throw new UsageException("--out and --json cannot both be standard output.");
        }

        if (several)
        {
            CheckFolder(parsed.GetValue(_out), inputs);
            wanted = wanted[1..];
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

        if (!several && parsed.GetValue(_out) is { } picture && !IsStandard(picture) && PictureFormats.Of(picture) is null)
        {
            throw new UsageException($"'{picture}' has no ending of a picture that can be written; name it .png, .jpg or .webp.");
        }
    }

    /// <summary>Writes what was asked for of the only picture.</summary>
    public void Write(ParseResult parsed, RgbImage image, PictureResult result)
    {
        if (parsed.GetValue(_out) is { } picture)
        {
            WritePicture(picture, Overlay.Draw(image, result.Items));
        }

        if (_json.Target(parsed) is { } path)
        {
            string json = result.Json.ToJsonString(ReplyJson.Options);
            Write(path, Encoding.UTF8.GetBytes(IsStandard(path) ? json + Environment.NewLine : json));
        }
    }

    /// <summary>Takes the result of one of several pictures.</summary>
    public void Add(ParseResult parsed, string path, RgbImage image, PictureResult result)
    {
        if (parsed.GetValue(_out) is { } folder)
        {
            Directory.CreateDirectory(folder);
            WritePicture(Path.Combine(folder, NewName(path)), Overlay.Draw(image, result.Items));
        }

        JsonObject line = result.Json;
        line.Insert(0, "file", path);
        AddLine(parsed, line);
    }

    /// <summary>Takes what is wrong with one of several pictures.</summary>
    public void Add(ParseResult parsed, string path, string error) =>
        AddLine(parsed, new JsonObject { ["file"] = path, ["error"] = error });

    /// <summary>Writes the lines of several pictures where they go to a file.</summary>
    public void Finish(ParseResult parsed)
    {
        if (_json.Target(parsed) is { } path && !IsStandard(path))
        {
            Write(path, Encoding.UTF8.GetBytes(string.Concat(_lines.Select(line => $"{line}\n"))));
        }
    }

    private void AddLine(ParseResult parsed, JsonObject line)
    {
        string text = line.ToJsonString(Compact);
        if (IsStandard(_json.Target(parsed)))
        {
            Console.WriteLine(text); // one after another, for whoever reads along
        }
        else
        {
            _lines.Add(text);
        }
    }

    /// <summary>A name for the overlay of a picture that no other has.</summary>
    private string NewName(string path)
    {
        string stem = path == Standard ? "stdin" : Path.GetFileNameWithoutExtension(path);
        string name = $"{stem}.png";
        for (int i = 2; !_pictures.Add(name); i++)
        {
            name = $"{stem}-{i}.png";
        }

        return name;
    }

    private static void CheckFolder(string? folder, IReadOnlyList<string> inputs)
    {
        if (folder is null)
        {
            return;
        }

        if (
            IsStandard(folder)
            || File.Exists(folder)
            || PictureFormats.Of(folder) is not null and not PictureFormat.Png
            || Path.GetExtension(folder) == ".png"
        )
        {
            throw new UsageException($"With several pictures --out names a folder, not '{folder}'.");
        }

        string? inside = inputs.FirstOrDefault(input =>
            input != Standard && Path.GetDirectoryName(Path.GetFullPath(input)) == Path.GetFullPath(folder).TrimEnd('/')
        );
        if (inside is not null)
        {
            throw new UsageException($"'{inside}' lies in the folder of --out and could be written over; give another folder.");
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
