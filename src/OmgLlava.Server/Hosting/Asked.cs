using System.Runtime.CompilerServices;
using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>A question that is ready to be answered, with its picture on loan.</summary>
internal sealed class Asked(OmgLlavaService service, string owner, Picture? picture, Questioning questioning) : IDisposable
{
    /// <summary>The picture; null for a question in words alone.</summary>
    public Picture? Picture => picture;

    /// <summary>Answers, piece by piece. Where a mask was asked for and none was given, what is missing is said before the
    /// end.</summary>
    /// <param name="choice">Counts the answers to the question from 0; with a seed each has its own.</param>
    /// <param name="stop">Stops between tokens.</param>
    public async IAsyncEnumerable<ReplyUpdate> StreamAsync(
        int choice = 0,
        [EnumeratorCancellation] CancellationToken stop = default
    )
    {
        Language.GenerationOptions options = questioning.Options with { Seed = questioning.Options.Seed + choice };
        IAsyncEnumerable<ReplyUpdate> updates = picture is null
            ? service.StreamTextAsync(owner, questioning.History, questioning.Question, options, stop)
            : service.StreamAsync(picture, questioning.History, questioning.Question, questioning.Prompts, options, stop);
        await foreach (ReplyUpdate update in updates)
        {
            if (
                update.Reply is { Segments.Count: 0 } reply
                && questioning.Expression is { } expression
                && options.JsonSchema is null
            )
            {
                Reply whole = Questions.WithMissing(reply, expression);
                yield return new ReplyUpdate("", Segment: whole.Segments[0]);
                yield return update with
                {
                    Reply = whole,
                };
            }
            else
            {
                yield return update;
            }
        }
    }

    /// <summary>Answers, and waits for the whole.</summary>
    public async Task<Reply> AnswerAsync(int choice, CancellationToken stop)
    {
        Reply? reply = null;
        await foreach (ReplyUpdate update in StreamAsync(choice, stop))
        {
            reply = update.Reply ?? reply;
        }

        return reply!;
    }

    public void Dispose() => picture?.Dispose();
}
