using System.Globalization;
using System.CommandLine;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Cli;

/// <summary>Loads a model, asks one question about one picture, prints and writes the answer.</summary>
internal sealed class QuestionRun
{
    private readonly Argument<string> _image = new("IMAGE") { Description = PictureInput.Description };
    private readonly GenerationSettings _generation = new();
    private readonly AnswerOutputs _outputs = new();

    /// <summary>Adds the argument and the options that all questions share; more arguments of a command come after.</summary>
    public void AddTo(Command command, params Argument[] further)
    {
        command.Arguments.Add(_image);
        Array.ForEach(further, command.Arguments.Add);
        CommonOptions.AddModel(command);
        _generation.AddTo(command);
        _outputs.AddTo(command);
    }

    /// <summary>Asks.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ask">The question about a picture, and what it points at.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public async Task<int> AskAsync(
        ParseResult parsed,
        Func<RgbImage, (string Question, IReadOnlyList<VisualPrompt> Prompts)> ask,
        CancellationToken cancellation
    )
    {
        GenerationOptions options = _generation.Read(parsed);
        _outputs.Check(parsed, parsed.GetRequiredValue(_image));
        RgbImage image = PictureInput.Load(parsed.GetRequiredValue(_image));
        (string question, IReadOnlyList<VisualPrompt> prompts) = ask(image);
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        using PerceivedImage seen = Terminal.WithStatus("Looking at the image", () => model.Perceive(image, cancellation));
        using ImageChat chat = model.StartChat(seen);
        Reply reply = _outputs.OwnStandardOutput(parsed)
            ? await chat.AskAsync(question, prompts, options, cancellation)
            : await AnswerPrinter.PrintAsync(chat.StreamAsync(question, prompts, options, cancellation), cancellation);
        AnswerPrinter.PrintSegments(reply.Segments);
        _outputs.Write(
            parsed,
            image,
            AnswerOutputs.Items(reply.Segments),
            () => ReplyJson.Serialize(reply, model, seen.Geometry)
        );
        if (!reply.Complete)
        {
            Terminal.Note($"The answer was cut off at {reply.Tokens.Count} tokens; --max-new-tokens allows more.");
        }

        if (parsed.GetValue(CommonOptions.Verbose))
        {
            Terminal.Note(Timings(reply.Timings));
        }

        return _outputs.Code(parsed, reply.Segments.Any(segment => segment.Found));
    }

    /// <summary>One line of timings.</summary>
    public static string Timings(ReplyTimings timings)
    {
        double perToken = (timings.Total - timings.FirstToken).TotalSeconds / Math.Max(1, timings.Tokens - 1);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"perception {timings.Perception.TotalSeconds:F2} s, first token {timings.FirstToken.TotalSeconds:F2} s after "
                + $"{timings.PromptTokens} prompt tokens, {timings.Tokens} tokens, {perToken:F3} s each; peak memory "
                + $"{PeakMemory():F2} GB"
        );
    }

    private static double PeakMemory()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e9;
    }
}
