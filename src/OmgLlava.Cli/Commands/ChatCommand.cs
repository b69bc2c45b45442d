using System.CommandLine;
using OmgLlava.Files;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava chat IMAGE</c>: many turns about one picture.</summary>
internal sealed class ChatCommand
{
    private readonly Argument<string?> _image = new("IMAGE")
    {
        Description = "PNG, JPEG, WebP, BMP or GIF; may be left out with --resume.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _history = new("--history")
    {
        Description = "New file that the conversation is saved to after every turn. Default: one in your data folder.",
        HelpName = "FILE",
    };
    private readonly Option<bool> _noHistory = new("--no-history")
    {
        Description = $"Save nothing; so does the environment variable {ConversationFile.OffVariable}.",
    };
    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Go on with the conversation in FILE; without FILE with the last one, of this picture where one is named.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly GenerationSettings _generation = new();

    public static Command Create()
    {
        var self = new ChatCommand();
        var command = new Command("chat", "Talk about an image; /help lists what else can be typed.")
        {
            self._image,
            self._history,
            self._noHistory,
            self._resume,
        };
        CommonOptions.AddModel(command);
        self._generation.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        GenerationOptions options = _generation.Read(parsed);
        string? path = parsed.GetValue(_image);
        IReadOnlyList<ChatTurn> turns = [];
        string? kept = null;
        if (parsed.GetResult(_resume) is not null)
        {
            kept = parsed.GetValue(_resume)
                ?? ConversationFile.Last(path)
                ?? throw new OmgLlavaException("There is no conversation to go on with.");
            (string image, turns) = ConversationFile.Read(kept);
            path ??= image;
        }

        if (path is null or "-")
        {
            throw new UsageException("Name the picture to talk about; standard input is for the questions.");
        }

        RgbImage picture = ImageFile.Load(path);
        string? history = History(parsed, path, kept);
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        using PerceivedImage seen = Terminal.WithStatus("Looking at the image", () => model.Perceive(picture, cancellation));
        using var session = new ChatSession(model, seen, picture, path, history, options);
        await session.ResumeAsync(turns, cancellation);
        await session.RunAsync(parsed.GetValue(CommonOptions.Verbose), cancellation);
        return CommandLine.Success;
    }

    /// <summary>Where the conversation is saved; null for nowhere, which is said where it was not asked for.</summary>
    private string? History(ParseResult parsed, string image, string? kept)
    {
        bool off =
            parsed.GetValue(_noHistory) || Environment.GetEnvironmentVariable(ConversationFile.OffVariable) is { Length: > 0 };
        string? named = parsed.GetValue(_history) ?? kept;
        if (off && parsed.GetValue(_history) is null)
        {
            return null;
        }

        if (named is not null && OutputFile.IsSame(named, image))
        {
            throw new UsageException($"'{named}' is the picture itself; give the conversation another file.");
        }

        if (
            named is not null
            && named != kept
            && FileStatus.Of(named) is { Kind: FileKind.Regular }
            && new FileInfo(named).Length > 0
        )
        {
            throw new UsageException($"'{named}' exists already; go on with it by --resume {named}, or give a new file.");
        }

        try
        {
            string path = named ?? ConversationFile.New(image);
            OutputFile.Check(path);
            return path;
        }
        catch (OmgLlavaException error)
        {
            Terminal.Error($"{error.Message} The conversation will not be saved.");
            return null;
        }
    }
}
