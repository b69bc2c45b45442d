using OmgLlava.Files;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Cli;

/// <summary>
/// A conversation at the terminal. Lines are questions; lines that begin with a slash point at things or save them. Ctrl-C stops
/// an answer and leaves the conversation as it was; at the prompt it ends the program.
/// </summary>
internal sealed class ChatSession : IDisposable
{
    private const string Help = """
        Type a question. <mark> and <region> in it stand for what you have pointed at, in order; without them it is all mentioned first.
          /point x,y            point at a pixel
          /box x0,y0,x1,y1      point at a box
          /mask FILE            point at the pixels of a mask: an image, or a .json file (answer.json#2 is its second mask)
          /clear                forget what you have pointed at
          /overlay FILE         write the image with the masks of the last answer
          /save FILE.json       write the conversation with all masks
          /new                  begin again
          /quit                 end (also: end of input)
        """;

    private readonly OmgLlavaModel _model;
    private readonly PerceivedImage _seen;
    private readonly RgbImage _picture;
    private readonly string _path;
    private readonly GenerationOptions _options;
    private readonly List<VisualPrompt> _prompts = [];
    private string? _history;
    private bool _saved;
    private ImageChat _chat;

    public ChatSession(
        OmgLlavaModel model,
        PerceivedImage seen,
        RgbImage picture,
        string path,
        string? history,
        GenerationOptions options
    )
    {
        (_model, _seen, _picture, _path, _history, _options) = (model, seen, picture, path, history, options);
        _chat = model.StartChat(seen);
    }

    /// <summary>Goes on from turns that took place before.</summary>
    public async Task ResumeAsync(IReadOnlyList<ChatTurn> turns, CancellationToken cancellation)
    {
        foreach (ChatTurn turn in turns)
        {
            await _chat.AddTurnAsync(turn, cancellation);
            Console.WriteLine($"> {turn.Question}\n{turn.Reply.Text}");
        }
    }

    /// <summary>Reads lines until the end.</summary>
    public async Task RunAsync(bool verbose, CancellationToken cancellation)
    {
        var lines = new LineReader();
        Terminal.Note($"{_model.Name} sees {_picture.Width} x {_picture.Height} pixels. Ask, or type /help.");
        while (!cancellation.IsCancellationRequested)
        {
            string? line = (await lines.ReadAsync(cancellation))?.Trim();
            if (line is null or "/quit" or "/exit")
            {
                break;
            }

            try
            {
                await HandleAsync(line, verbose, cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Terminal.Error(error.Message); // whatever it was, the conversation goes on
            }
        }

        if (_saved)
        {
            Terminal.Note($"The conversation is in {_history}; 'omg-llava chat --resume' goes on with it.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _chat.Dispose();

    private async Task HandleAsync(string line, bool verbose, CancellationToken cancellation)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (!line.StartsWith('/'))
        {
            await AskAsync(line, verbose, cancellation);
            return;
        }

        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string rest = words.Length > 1 ? words[1] : "";
        switch (words[0])
        {
            case "/help":
                Console.WriteLine(Help);
                break;
            case "/point" or "/box" or "/mask":
                VisualPrompt prompt = PromptOptions.Parse("-" + words[0].Replace('/', '-'), rest, _picture);
                prompt.Validate(_seen.Geometry);
                _prompts.Add(prompt);
                Terminal.Note($"The next question points at {_prompts.Count} place(s).");
                break;
            case "/clear":
                _prompts.Clear();
                break;
            case "/new":
                _chat.Dispose();
                _chat = _model.StartChat(_seen);
                _prompts.Clear();
                break;
            case "/overlay":
                Reply last = _chat.Turns.Count > 0 ? _chat.Turns[^1].Reply : throw new UsageException("There is no answer yet.");
                SaveOverlay(last, NamedFile(rest));
                break;
            case "/save":
                ConversationFile.Write(NotThePicture(NamedFile(rest)), Json());
                Terminal.Note($"Wrote {rest}.");
                break;
            default:
                throw new UsageException($"'{words[0]}' is not known; /help lists what is.");
        }
    }

    private async Task AskAsync(string question, bool verbose, CancellationToken cancellation)
    {
        Reply reply;
        try
        {
            reply = await Interruption.Process.RunAsync(
                stop => AnswerPrinter.PrintAsync(_chat.StreamAsync(question, [.. _prompts], _options, stop), null, stop),
                cancellation
            );
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Console.WriteLine();
            Terminal.Note("Stopped; the conversation is as it was before this question.");
            return;
        }

        _prompts.Clear();
        AnswerPrinter.NoteAsked(question, reply);
        AnswerPrinter.PrintSegments(reply.Segments);
        Keep();
        if (verbose)
        {
            Terminal.Note(QuestionRun.Timings(reply.Timings));
        }
    }

    private void SaveOverlay(Reply reply, string path)
    {
        if (PictureFormats.Of(path) is null)
        {
            throw new UsageException($"'{path}' has no ending of a picture that can be written; name it .png, .jpg or .webp.");
        }

        AnswerOutputs.WritePicture(NotThePicture(path), Overlay.Draw(_picture, AnswerOutputs.Items(reply.Segments)));
    }

    /// <summary>Saves the conversation; what prevents it is said once, and the conversation goes on.</summary>
    private void Keep()
    {
        if (_history is null)
        {
            return;
        }

        try
        {
            ConversationFile.Write(_history, Json());
            _saved = true;
        }
        catch (OmgLlavaException error)
        {
            Terminal.Error($"{error.Message} The conversation is not saved any more.");
            (_history, _saved) = (null, false);
        }
    }

    private string NotThePicture(string path) =>
        _path != "-" && OutputFile.IsSame(_path, path)
            ? throw new UsageException($"'{path}' is the picture itself; give another name.")
            : path;

    private string Json() => ReplyJson.Serialize(_chat.Turns, _model, _seen.Geometry, Path.GetFullPath(_path));

    private static string NamedFile(string path) => path.Length > 0 ? path : throw new UsageException("Name a file.");
}
