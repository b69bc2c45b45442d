using System.Diagnostics;
using System.Runtime.CompilerServices;
using OmgLlava.Language;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>
/// A conversation about one picture. Keys and values of all earlier turns are kept, so a turn pays for its own tokens only. One question at
/// a time; different chats may run side by side.
/// </summary>
public sealed class ImageChat : IDisposable
{
    private readonly OmgLlavaModel _model;
    private readonly bool _ownsImage;
    private readonly IKeyValueCache _cache;
    private readonly List<ChatTurn> _turns = [];
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

    /// <summary>Maps box prompts as the published demo does; only for comparisons with it.</summary>
    internal bool BoxesAsPublished { get; init; }

    /// <summary>Asks a question and waits for the whole answer.</summary>
    /// <inheritdoc cref="StreamAsync"/>
    public async Task<Reply> AskAsync(
        string question, IReadOnlyList<VisualPrompt>? prompts = null, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        Reply? reply = null;
        await foreach (ReplyUpdate update in StreamAsync(question, prompts, options, cancellation).ConfigureAwait(false))
        {
            reply = update.Reply ?? reply;
        }

        return reply!;
    }

    /// <summary>Asks a question and gives the answer piece by piece; a mask comes as soon as its [SEG] has been read.</summary>
    /// <param name="question">The user's words; <c>&lt;mark&gt;</c> and <c>&lt;region&gt;</c> in them stand for the prompts, in their order.</param>
    /// <param name="prompts">Points, boxes and regions; null for none.</param>
    /// <param name="options">How to generate; greedy by default.</param>
    /// <param name="cancellation">Stops between tokens. The conversation is then as it was before the question.</param>
    /// <exception cref="OmgLlavaException">The question is empty, a prompt does not fit the picture, or the context is full.</exception>
    /// <exception cref="InvalidOperationException">The chat is still answering.</exception>
    public async IAsyncEnumerable<ReplyUpdate> StreamAsync(
        string question, IReadOnlyList<VisualPrompt>? prompts = null, GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _busy, 1) == 1)
        {
            throw new InvalidOperationException("This chat is still answering another question.");
        }

        int before = _cache.Length;
        bool done = false;
        try
        {
            using IEnumerator<ReplyUpdate> answer = Answer(question, prompts ?? [], options ?? new GenerationOptions(), cancellation).GetEnumerator();
            while (await Task.Run(answer.MoveNext, cancellation).ConfigureAwait(false))
            {
                done = answer.Current.Reply is not null;
                yield return answer.Current;
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        if (_ownsImage)
        {
            Image.Dispose();
        }
    }

    private IEnumerable<ReplyUpdate> Answer(string question, IReadOnlyList<VisualPrompt> prompts, GenerationOptions options, CancellationToken cancellation)
    {
        options.Validate();
        var clock = Stopwatch.StartNew();
        string text = PromptText.Prepare(question, prompts);
        using Tensor prompt = new QuestionEmbedder(_model, Image) { BoxesAsPublished = BoxesAsPublished }.Embed(text, prompts, isFirst: _turns.Count == 0, _unfed);
        var writer = new AnswerWriter(_model, Image, options.StopTexts);
        var tokens = new List<int>();
        TimeSpan first = default;
        foreach (GenerationEvent step in _model.Generator.Generate(prompt, _cache, options, cancellation))
        {
            if (step.Hidden is null)
            {
                first = tokens.Count == 0 ? clock.Elapsed : first;
                tokens.Add(step.Token);
                (string added, int? phrase) = writer.Add(step.Token);
                if (added.Length > 0)
                {
                    yield return new ReplyUpdate(added, phrase);
                }
            }
            else if (writer.TryRead(step, out Segment? segment))
            {
                yield return new ReplyUpdate("", Segment: segment);
            }
        }

        _unfed = tokens[^1];
        var timings = new ReplyTimings(_turns.Count == 0 ? Image.Duration : default, first, clock.Elapsed, (int)prompt.shape[1], tokens.Count);
        (Reply reply, string rest) = writer.Reply(tokens, timings);
        _turns.Add(new ChatTurn(question, prompts, reply));
        yield return new ReplyUpdate(rest, Reply: reply);
    }
}
