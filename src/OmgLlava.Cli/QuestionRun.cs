using System.CommandLine;
using System.Globalization;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Language;

namespace OmgLlava.Cli;

/// <summary>Loads a model, asks one question about each picture, prints and writes the answers.</summary>
internal sealed class QuestionRun(PictureArguments pictures)
{
    private readonly PictureRun _run = new(pictures);
    private readonly GenerationSettings _generation = new();

    /// <summary>Adds the argument and the options that all questions share.</summary>
    public void AddTo(Command command)
    {
        _run.AddTo(command);
        _generation.AddTo(command);
    }

    /// <summary>Asks.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ask">The question about a picture, and what it points at.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public Task<int> AskAsync(
        ParseResult parsed,
        Func<RgbImage, (string Question, IReadOnlyList<VisualPrompt> Prompts)> ask,
        CancellationToken cancellation
    )
    {
        GenerationOptions options = _generation.Read(parsed);
        return _run.RunAsync(
            parsed,
            picture =>
            {
                (string question, IReadOnlyList<VisualPrompt> prompts) = ask(picture);
                return seen => AnswerAsync(parsed, seen, question, prompts, options, cancellation);
            },
            cancellation
        );
    }

    private async Task<PictureResult> AnswerAsync(
        ParseResult parsed,
        SeenPicture seen,
        string question,
        IReadOnlyList<VisualPrompt> prompts,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        using ImageChat chat = seen.Model.StartChat(seen.Seen);
        Reply reply = _run.OwnsStandardOutput(parsed)
            ? await chat.AskAsync(question, prompts, options, cancellation)
            : await AnswerPrinter.PrintAsync(chat.StreamAsync(question, prompts, options, cancellation), seen.Path, cancellation);
        AnswerPrinter.NoteAsked(question, reply);
        AnswerPrinter.PrintSegments(reply.Segments);
        if (!reply.Complete)
        {
            Terminal.Note($"The answer was cut off at {reply.Tokens.Count} tokens; --max-new-tokens allows more.");
        }

        if (parsed.GetValue(CommonOptions.Verbose))
        {
            Terminal.Note(Timings(reply.Timings));
        }

        return new PictureResult(
            AnswerOutputs.Items(reply.Segments),
            ReplyJson.Node(AnswerJson.Of(reply, seen.Model, seen.Seen.Geometry)),
            reply.Segments.Any(segment => segment.Found)
        );
    }

    /// <summary>One line of timings.</summary>
    public static string Timings(ReplyTimings timings)
    {
        double perToken = (timings.Total - timings.FirstToken).TotalSeconds / Math.Max(1, timings.Tokens - 1);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(timings.Perception + timings.Total).TotalSeconds:F2} s: perception {timings.Perception.TotalSeconds:F2} s, first token "
                + $"{timings.FirstToken.TotalSeconds:F2} s after {timings.PromptTokens} prompt tokens, {timings.Tokens} tokens, {perToken:F3} s each; peak memory "
                + $"{PeakMemory():F2} GB"
        );
    }

    private static double PeakMemory()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e9;
    }
}
