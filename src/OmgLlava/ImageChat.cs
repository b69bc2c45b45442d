using System.Diagnostics;
using System.Runtime.CompilerServices;
using OmgLlava.Engine;
using OmgLlava.Language;

namespace OmgLlava;

/// <summary>
/// A conversation about one picture. Keys and values of all earlier turns are kept, so a turn pays for its own tokens only. One
/// question at a time; different chats may run side by side.
/// </summary>
public sealed class ImageChat : IDisposable
{
    private readonly OmgLlavaModel _model;
    private readonly bool _ownsImage;
    private readonly IKeyValueCache _cache;
    private readonly List<ChatTurn> _turns = [];
    private readonly List<(int Length, int? Unfed)> _before = []; // where each turn began
    private int? _unfed;
    private int _busy;

    internal ImageChat(OmgLlavaModel model, PerceivedImage image, bool ownsImage)
    {
        (_model, Image, _ownsImage) = (model, image, ownsImage);
        _cache = model.Language.CreateCache();
    }

    /// <summary>The picture.</summary>
    public PerceivedImage Image { get; }

    /// <summary>The turns so far.</summary>
    public IReadOnlyList<ChatTurn> Turns => _turns;

    /// <summary>Positions that the conversation takes of the model's context.</summary>
    public int Length => _cache.Length;

    /// <summary>The most bytes that the keys and values take: room for them grows by doubling.</summary>
    internal long ByteCount
    {
        get
        {
            LanguageConfig config = _model.Config.Language;
            const int BytesPerNumber = 4;
            const int Doubling = 2;
            return 2L * config.Layers * config.KeyValueHeads * config.HeadSize * BytesPerNumber * Doubling * Length;
        }
    }

    /// <summary>Lets go of the masks of all answers, which are large and which the next turn does not need.</summary>
    internal void ForgetMasks()
    {
        for (int i = 0; i < _turns.Count; i++)
        {
            _turns[i] = _turns[i] with { Reply = _turns[i].Reply with { Segments = [] } };
        }
    }

    /// <summary>Where steps of computing run: a token, or a whole prompt. On the thread pool where nothing else is
    /// said.</summary>
    internal Func<Func<bool>, CancellationToken, Task<bool>> RunStep { get; set; } = Task.Run;

    /// <summary>Whether masks are decoded on another thread while the text goes on; null: where a step has several
    /// threads.</summary>
    internal bool? MasksAside { get; set; }

    /// <summary>Maps box prompts as the published demo does; only for comparisons with it.</summary>
    internal bool BoxesAsPublished { get; init; }

    /// <summary>Asks a question and waits for the whole answer.</summary>
    /// <inheritdoc cref="StreamAsync"/>
    public async Task<Reply> AskAsync(
        string question,
        IReadOnlyList<VisualPrompt>? prompts = null,
        GenerationOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        Reply? reply = null;
        await foreach (ReplyUpdate update in StreamAsync(question, prompts, options, cancellation).ConfigureAwait(false))
        {
            reply = update.Reply ?? reply;
        }

        return reply!;
    }

    /// <summary>Asks a question and gives the answer piece by piece; a mask comes as soon as it is decoded, which goes on beside
    /// the text where there are threads for both.</summary>
    /// <param name="question">The user's words; <c>&lt;mark&gt;</c> and <c>&lt;region&gt;</c> in them stand for the prompts, in
    /// their order.</param>
    /// <param name="prompts">Points, boxes and regions; null for none.</param>
    /// <param name="options">How to generate; greedy by default.</param>
    /// <param name="cancellation">Stops between tokens. The conversation is then as it was before the question.</param>
    /// <exception cref="OmgLlavaException">The question is empty, a prompt does not fit the picture, or the context is
    /// full.</exception>
    /// <exception cref="InvalidOperationException">The chat is still answering.</exception>
    public async IAsyncEnumerable<ReplyUpdate> StreamAsync(
        string question,
        IReadOnlyList<VisualPrompt>? prompts = null,
        GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        Begin();
        int before = _cache.Length;
        bool done = false;
        try
        {
            using IEnumerator<ReplyUpdate?> answer = Answer(
                    question,
                    prompts ?? [],
                    options ?? new GenerationOptions(),
                    cancellation
                )
                .GetEnumerator();
            while (await RunStep(answer.MoveNext, cancellation).ConfigureAwait(false))
            {
                if (answer.Current is { } update)
                {
                    done = update.Reply is not null;
                    yield return update;
                }
            }
        }
        finally
        {
            if (!done)
            {
                _cache.Truncate(before);
            }

            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Goes on from a turn that took place before, in this program or another, without generating its answer
    /// again.</summary>
    /// <param name="turn">The turn. The tokens of its reply are read as they are; where it has none, they are made of its text
    /// and its segments.</param>
    /// <param name="cancellation">Stops before the model reads the turn.</param>
    /// <exception cref="OmgLlavaException">The question is empty, a prompt does not fit the picture, or the context is
    /// full.</exception>
    /// <exception cref="InvalidOperationException">The chat is still answering.</exception>
    public async Task AddTurnAsync(ChatTurn turn, CancellationToken cancellation = default)
    {
        Begin();
        try
        {
            await RunStep(() => Read(turn), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Forgets the last turns.</summary>
    /// <param name="turns">How many turns, from the first on, are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    /// <exception cref="InvalidOperationException">The chat is still answering.</exception>
    public void Rewind(int turns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(turns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(turns, _turns.Count);
        Begin();
        if (turns < _turns.Count)
        {
            _cache.Truncate(_before[turns].Length);
            _unfed = _before[turns].Unfed;
            _turns.RemoveRange(turns, _turns.Count - turns);
            _before.RemoveRange(turns, _before.Count - turns);
        }

        Volatile.Write(ref _busy, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        if (_ownsImage)
        {
            Image.Dispose();
        }
    }

    /// <summary>One step of the answer at a time; null for a step that shows nothing.</summary>
    private IEnumerable<ReplyUpdate?> Answer(
        string question,
        IReadOnlyList<VisualPrompt> prompts,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        options.Validate();
        var clock = Stopwatch.StartNew();
        int before = _cache.Length;
        var asked = new AskedQuestion(_model, question, prompts, options);
        if (asked.Told is { } told)
        {
            Pass(new ChatTurn(question, prompts, told));
            yield return new ReplyUpdate(told.Text);
            foreach (ReplyUpdate update in Ends(told, told.Segments))
            {
                yield return update;
            }

            yield break;
        }

        bool first = before == 0;
        using Tensor prompt = new QuestionEmbedder(_model, Image) { BoxesAsPublished = BoxesAsPublished }.Embed(
            asked.Text,
            prompts,
            isFirst: first,
            _unfed
        );
        var steps = new AnswerSteps(_model, Image, options, MasksAside ?? _model.Threads > 1, asked.Form);
        var held = new List<ReplyUpdate>();
        foreach (ReplyUpdate? update in steps.Run(prompt, _cache, clock, first ? Image.Duration : default, cancellation))
        {
            if (update?.Reply is { } reply)
            {
                Reply whole = asked.Complete(reply);
                Finish(new ChatTurn(question, prompts, whole), before, reply.Tokens[^1]);
                foreach (ReplyUpdate kept in whole.Text == reply.Text ? held : [new ReplyUpdate(whole.Text)])
                {
                    yield return kept;
                }

                foreach (ReplyUpdate last in Ends(whole, whole.Segments.Except(reply.Segments)))
                {
                    yield return last;
                }
            }
            else if (asked.IsHeld && update is not null)
            {
                held.Add(update);
                yield return null;
            }
            else
            {
                yield return update;
            }
        }
    }

    /// <summary>The end of an answer: segments that were not given yet, and the reply.</summary>
    private static IEnumerable<ReplyUpdate> Ends(Reply reply, IEnumerable<Segment> segments) =>
        [.. segments.Select(segment => new ReplyUpdate("", Segment: segment)), new ReplyUpdate("", Reply: reply)];

    private void Begin()
    {
        if (Interlocked.Exchange(ref _busy, 1) == 1)
        {
            throw new InvalidOperationException("This chat is still answering another question.");
        }
    }

    private bool Read(ChatTurn turn)
    {
        int before = _cache.Length;
        var asked = new AskedQuestion(_model, turn.Question, turn.Prompts, new GenerationOptions());
        if (asked.Told is not null)
        {
            Pass(turn);
            return true;
        }

        ContextRoom.RequireText(_model, turn.Reply.Text);
        IReadOnlyList<int> tokens = turn.Reply.Tokens.Count > 0 ? turn.Reply.Tokens : AnswerTokens.Of(_model, turn.Reply);
        ContextRoom.RequireTokens(_model, (long)before + tokens.Count);
        using Tensor prompt = new QuestionEmbedder(_model, Image).Embed(asked.Text, turn.Prompts, before == 0, _unfed);
        using Tensor answer = _model.Language.Embed([.. tokens.SkipLast(1)]);
        using var all = new Tensor(1, prompt.Shape[1] + answer.Rows, prompt.Width);
        prompt.Span.CopyTo(all.Span);
        answer.Span.CopyTo(all.Span[prompt.Span.Length..]);
        ContextRoom.RequireTokens(_model, (long)before + all.Shape[1]);

        _model.Language.Forward(all, _cache).Dispose();
        Finish(turn, before, tokens[^1]);
        return true;
    }

    /// <summary>Adds a turn that the model has no part in.</summary>
    private void Pass(ChatTurn turn)
    {
        _before.Add((_cache.Length, _unfed));
        _turns.Add(turn);
    }

    private void Finish(ChatTurn turn, int before, int last)
    {
        _before.Add((before, _unfed));
        _unfed = last;
        _turns.Add(turn);
    }
}
