using OmgLlava.Imaging;
using Spectre.Console;

namespace OmgLlava.Cli;

/// <summary>Prints an answer while it is generated; phrases have the colour of their mask.</summary>
internal static class AnswerPrinter
{
    /// <summary>Prints the updates and returns the whole answer.</summary>
    /// <param name="updates">The answer.</param>
    /// <param name="path">The picture, which is named where it is one of several; null where it is alone.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<Reply> PrintAsync(
        IAsyncEnumerable<ReplyUpdate> updates,
        string? path,
        CancellationToken cancellation
    )
    {
        IAnsiConsole output = Terminal.Output;
        Reply? reply = null;
        Console.Write(path is null ? "" : $"{path}\t");
        await foreach (ReplyUpdate update in updates.WithCancellation(cancellation))
        {
            if (Console.IsOutputRedirected)
            {
                Console.Write(path is null ? update.Text : update.Text.ReplaceLineEndings(" "));
            }
            else
            {
                output.Write(new Text(update.Text, update.Phrase is { } index ? Style(index) : Spectre.Console.Style.Plain));
            }

            reply = update.Reply ?? reply;
        }

        Console.WriteLine();
        return reply!;
    }

    /// <summary>Says how the model was asked, where that is about other words than the user's.</summary>
    public static void NoteAsked(string question, Reply reply)
    {
        string wanted = reply.Segments is [{ Phrase.Length: > 0 } only] ? only.Phrase : reply.Asked ?? question;
        if (reply.Asked is not null && !question.Contains(wanted, StringComparison.OrdinalIgnoreCase))
        {
            Terminal.Note($"Asked as: {reply.Asked}");
        }
    }

    /// <summary>One line for each mask of an answer.</summary>
    public static void PrintSegments(IReadOnlyList<Segment> segments)
    {
        if (Terminal.Quiet)
        {
            return;
        }

        foreach ((int index, Segment segment) in segments.Index())
        {
            string phrase = segment.Phrase.Length > 0 ? segment.Phrase : $"mask {index + 1}";
            string place = segment.Mask?.Box is { } box
                ? FormattableString.Invariant(
                    $"box {box.X0},{box.Y0},{box.X1},{box.Y1}, {segment.Mask.Area} pixels, score {segment.Score:F2}"
                )
                : "not found";
            Terminal.Messages.Write(new Text($"  {phrase}", Style(index)));
            Terminal.Messages.WriteLine($"  {place}");
        }
    }

    private static Style Style(int index)
    {
        RgbColor color = Palette.Color(index);
        return new Style(new Color(color.R, color.G, color.B), decoration: Decoration.Bold);
    }
}
