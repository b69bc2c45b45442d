using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>A question that is ready to be answered, with its picture on loan.</summary>
internal sealed class Asked(OmgLlavaService service, string owner, Picture? picture, Questioning questioning) : IDisposable
{
    /// <summary>The picture; null for a question in words alone.</summary>
    public Picture? Picture => picture;

    /// <summary>Answers, piece by piece.</summary>
    /// <param name="choice">Counts the answers to the question from 0; with a seed each has its own.</param>
    /// <param name="stop">Stops between tokens.</param>
    public IAsyncEnumerable<ReplyUpdate> StreamAsync(int choice = 0, CancellationToken stop = default)
    {
        Language.GenerationOptions options = questioning.Options with { Seed = questioning.Options.Seed + choice };
        return picture is null
            ? service.StreamTextAsync(owner, questioning.History, questioning.Question, options, stop)
            : service.StreamAsync(picture, questioning.History, questioning.Question, questioning.Prompts, options, stop);
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
