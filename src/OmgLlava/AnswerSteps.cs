using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Language;

namespace OmgLlava;

/// <summary>The steps of one answer, from an embedded question to the whole reply.</summary>
/// <param name="model">The model.</param>
/// <param name="image">The picture; null for an answer by the language model alone, which has no masks.</param>
/// <param name="options">How to generate.</param>
/// <param name="masksAside">Decodes masks on another thread while the text goes on.</param>
/// <param name="form">The tokens that the answer has where it begins with the first of them; null for a free one.</param>
internal sealed class AnswerSteps(
    OmgLlavaModel model,
    PerceivedImage? image,
    GenerationOptions options,
    bool masksAside,
    IReadOnlyList<int>? form = null
)
{
    /// <summary>An answer of fewer tokens than this, because the context ends, would be no answer.</summary>
    private const int LeastRoom = 16;

    /// <summary>Answers, one step at a time; null for a step that shows nothing. The last update has the reply.</summary>
    /// <param name="prompt">(1, T, D): what the question adds to the conversation.</param>
    /// <param name="cache">The conversation so far.</param>
    /// <param name="clock">Runs since the question came.</param>
    /// <param name="perception">How long looking at the picture took, where this question paid for it.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="OmgLlavaException">The context has no room for an answer.</exception>
    public IEnumerable<ReplyUpdate?> Run(
        Tensor prompt,
        IKeyValueCache cache,
        Stopwatch clock,
        TimeSpan perception,
        CancellationToken cancellation
    )
    {
        int before = cache.Length;
        RequireRoom(before + prompt.Shape[1]);
        using var writer = new AnswerWriter(model, image, options.StopTexts, masksAside);
        GenerationOptions free = options with { StopTexts = [] }; // the writer looks for them in the clean text
        var tokens = new List<int>();
        var choices = new List<TokenChoice>();
        TimeSpan first = default;
        foreach (GenerationEvent step in model.Generator.Generate(prompt, cache, free, form, cancellation))
        {
            if (step.Hidden is null)
            {
                first = tokens.Count == 0 ? clock.Elapsed : first;
                tokens.Add(step.Token);
                choices.AddRange(step.Choice is null ? [] : [step.Choice]);
                (string added, int? phrase) = writer.Add(step.Token);
                yield return added.Length > 0 || step.Choice is not null
                    ? new ReplyUpdate(added, phrase, Choice: step.Choice)
                    : null;
                foreach (ReplyUpdate more in Texts(writer))
                {
                    yield return more;
                }

                if (writer.Stopped)
                {
                    break;
                }
            }
            else
            {
                writer.Read(step);
            }

            if (writer.TryTake(wait: false, out Segment? done))
            {
                yield return new ReplyUpdate("", Segment: done);
            }
        }

        writer.Finish();
        foreach (ReplyUpdate more in Texts(writer))
        {
            yield return more;
        }

        while (writer.TryTake(wait: true, out Segment? late))
        {
            yield return new ReplyUpdate("", Segment: late);
        }

        int seen = image is null ? 0 : image.Seen.Tokens.Rows;
        (Reply reply, _) = writer.Reply(
            tokens,
            new ReplyTimings(perception, first, clock.Elapsed, prompt.Shape[1], tokens.Count, before, before, seen)
        );
        yield return new ReplyUpdate(
            "",
            Reply: reply with
            {
                Choices = choices,
                ContextFull = !reply.Complete && tokens.Count < options.MaxNewTokens,
            }
        );
    }

    private static IEnumerable<ReplyUpdate> Texts(AnswerWriter writer)
    {
        while (writer.TryTakeText(out (string Text, int? Phrase) piece))
        {
            yield return new ReplyUpdate(piece.Text, piece.Phrase);
        }
    }

    private void RequireRoom(long length)
    {
        int most = model.Config.Language.MaxPositions;
        if (most - length < Math.Min(options.MaxNewTokens, LeastRoom))
        {
            throw new OmgLlavaException(
                $"The conversation is full: it has {length} tokens, but the model takes {most} with the answer; start a new chat."
            )
            {
                Code = "context_length_exceeded",
            };
        }
    }
}
