using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Perception;

namespace OmgLlava.Serving;

/// <summary>
/// A model shared by many users: pictures are looked at once and kept by their owner and content, conversations keep their keys
/// and values between turns, and one scheduler divides the processor. Everything may be called from any thread.
/// </summary>
public sealed class OmgLlavaService : IDisposable
{
    private const int LargeWidth = 2048;
    private const int MostWorkers = 4;

    private readonly PictureCache _pictures;
    private readonly KnownReplies _replies = new();
    private readonly Meter _meter = new(ServingTelemetry.Name);

    /// <param name="model">The model; the caller disposes it, after this.</param>
    /// <param name="options">Bounds; null for the defaults.</param>
    public OmgLlavaService(OmgLlavaModel model, ServingOptions? options = null)
    {
        Options = options ?? new ServingOptions();
        Model = model;
        int workers =
            Options.Workers > 0 ? Options.Workers
            : model.Config.Language.HiddenSize < LargeWidth ? Math.Min(Environment.ProcessorCount, MostWorkers)
            : 1;
        int threads = Math.Max(1, Environment.ProcessorCount / workers);
        Scheduler = new ComputeScheduler(workers, () => model.LimitThreads(threads));
        _pictures = new PictureCache(model, Scheduler, Options);
        _meter.CreateObservableGauge(
            "omg_llava.queue.length",
            () => Scheduler.Waiting,
            "{step}",
            "Steps that wait for the processor."
        );
        _meter.CreateObservableGauge(
            "omg_llava.cache.perception",
            () => PerceptionBytes,
            "By",
            "Memory of what was seen of pictures."
        );
        _meter.CreateObservableGauge(
            "omg_llava.cache.chats",
            () => ChatBytes,
            "By",
            "Memory of conversations between their turns."
        );
        _meter.CreateObservableGauge(
            "process.memory.usage",
            () => Environment.WorkingSet,
            "By",
            "Resident memory of the process."
        );
    }

    /// <summary>The model.</summary>
    public OmgLlavaModel Model { get; }

    /// <summary>The bounds.</summary>
    public ServingOptions Options { get; }

    /// <summary>Who computes when.</summary>
    internal ComputeScheduler Scheduler { get; }

    /// <summary>Bytes of perception held.</summary>
    public long PerceptionBytes => _pictures.PerceptionBytes;

    /// <summary>Bytes of keys and values held between turns.</summary>
    public long ChatBytes => _pictures.ChatBytes;

    /// <summary>
    /// Asks a small model about a blank picture, so that the first user does not wait until the program is compiled; nothing is
    /// kept. A large model, whose first user would wait for this instead, is left alone.
    /// </summary>
    /// <param name="cancellation">Stops between steps.</param>
    public async Task WarmUpAsync(CancellationToken cancellation = default)
    {
        if (Model.Config.Language.HiddenSize >= LargeWidth)
        {
            return;
        }

        const int Side = 32;
        const int Tokens = 8;
        ComputeJob job = Scheduler.StartJob();
        using PerceivedImage seen = await job.RunAsync(
                () => Model.Perceive(new RgbImage(Side, Side, new byte[3 * Side * Side]), cancellation),
                cancellation
            )
            .ConfigureAwait(false);
        await job.RunAsync(() => Model.Interactive(seen, [VisualPrompt.Point(Side / 2, Side / 2)]), cancellation)
            .ConfigureAwait(false);
        using ImageChat chat = Model.StartChat(seen);
        chat.RunStep = job.RunAsync;
        await chat.AskAsync(
                Questions.Caption,
                options: new GenerationOptions { MaxNewTokens = Tokens },
                cancellation: cancellation
            )
            .ConfigureAwait(false);
    }

    /// <summary>Takes a picture in and looks at it, unless it is here already.</summary>
    /// <param name="file">A PNG, JPEG, WebP, BMP or GIF file; the array must not be changed afterwards.</param>
    /// <param name="cancellation">Stops waiting; looking stops when nobody waits.</param>
    /// <exception cref="OmgLlavaException">It is no picture, or larger than the limits allow.</exception>
    public Task<Picture> AddAsync(byte[] file, CancellationToken cancellation = default) => AddAsync(file, "", cancellation);

    /// <summary>Takes a picture in for one of several owners: pictures and conversations are their owner's alone.</summary>
    /// <inheritdoc cref="AddAsync(byte[], CancellationToken)"/>
    public Task<Picture> AddAsync(byte[] file, string owner, CancellationToken cancellation = default) =>
        _pictures.AddAsync(file, owner, cancellation);

    /// <summary>Borrows a picture that was taken in before; it is looked at again where what was seen has been dropped.</summary>
    /// <exception cref="UnknownPictureException">It is not here.</exception>
    public Task<Picture> OpenAsync(string id, CancellationToken cancellation = default) => OpenAsync(id, "", cancellation);

    /// <summary>Borrows a picture of one of several owners.</summary>
    /// <exception cref="UnknownPictureException">It is not here, or another's.</exception>
    public Task<Picture> OpenAsync(string id, string owner, CancellationToken cancellation = default) =>
        _pictures.OpenAsync(id, owner, cancellation);

    /// <summary>The file of a picture as it was given.</summary>
    /// <exception cref="UnknownPictureException">It is not here, or another's.</exception>
    public byte[] FileOf(string id, string owner = "") => _pictures.FileOf(id, owner);

    /// <summary>The file of a picture; null where it is not here, or another's.</summary>
    internal byte[]? FindFile(string id, string owner) => _pictures.FindFile(id, owner);

    /// <summary>Takes a picture in that was one before, without looking at it yet.</summary>
    internal void Keep(byte[] file, string owner) => _pictures.Keep(file, owner);

    /// <summary>Drops a picture and its conversations, once nobody uses them.</summary>
    /// <returns>Whether it was here, and the owner's.</returns>
    public bool Forget(string id, string owner = "") => _pictures.Forget(id, owner);

    /// <summary>Interactive segmentation, see <see cref="OmgLlavaModel.Interactive"/>.</summary>
    /// <exception cref="OmgLlavaException">A prompt lies outside the picture or is empty.</exception>
    public Task<IReadOnlyList<Segment>> SegmentAsync(
        Picture picture,
        IReadOnlyList<VisualPrompt> prompts,
        CancellationToken cancellation = default
    ) => SegmentAsync(picture, prompts, quick: false, cancellation);

    /// <summary>Interactive segmentation, perhaps by the one look that was taken even where the model would look again at small
    /// things: a preview follows the pointer.</summary>
    /// <exception cref="OmgLlavaException">A prompt lies outside the picture or is empty.</exception>
    public async Task<IReadOnlyList<Segment>> SegmentAsync(
        Picture picture,
        IReadOnlyList<VisualPrompt> prompts,
        bool quick,
        CancellationToken cancellation = default
    )
    {
        foreach (VisualPrompt prompt in prompts)
        {
            prompt.Validate(picture.Perceived.Geometry);
        }

        using Activity? activity = ServingTelemetry.Activities.StartActivity("segment");
        activity?.SetTag("omg_llava.prompts", prompts.Count);
        ComputeJob job = Scheduler.StartJob(picture.Entry.Owner);
        var segments = new List<Segment>(prompts.Count);
        foreach (VisualPrompt prompt in prompts)
        {
            segments.AddRange(
                await _pictures
                    .ComputeAsync(
                        picture.Entry,
                        job,
                        pixels => Model.Interactive(picture.Perceived, [prompt], quick ? null : pixels, cancellation),
                        cancellation
                    )
                    .ConfigureAwait(false)
            );
        }

        return segments;
    }

    /// <summary>Panoptic or instance segmentation.</summary>
    public Task<SegmentationResult> SegmentEverythingAsync(
        Picture picture,
        bool instances = false,
        SegmentationOptions? options = null,
        CancellationToken cancellation = default
    ) =>
        Scheduler
            .StartJob(picture.Entry.Owner)
            .RunAsync(
                () =>
                    instances
                        ? Model.Instances(picture.Perceived, options, cancellation)
                        : Model.Panoptic(picture.Perceived, options, cancellation),
                cancellation
            );

    /// <summary>Answers a question, with all turns before it, piece by piece.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="history">The turns before; those that the service remembers are not computed again.</param>
    /// <param name="question">The user's words.</param>
    /// <param name="prompts">Points, boxes and regions; null for none.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="OmgLlavaException">The question is empty, a prompt does not fit the picture, or the context is
    /// full.</exception>
    public async IAsyncEnumerable<ReplyUpdate> StreamAsync(
        Picture picture,
        IReadOnlyList<ChatTurn> history,
        string question,
        IReadOnlyList<VisualPrompt>? prompts = null,
        GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        ComputeJob job = Scheduler.StartJob(picture.Entry.Owner);
        ImageChat chat = _pictures.TakeChat(picture.Entry, history) ?? Model.StartChat(picture.Perceived);
        bool keep = false;
        int remembered = chat.Length;
        ReplyUpdate? last = null;
        using var measure = new AnswerMeasure(Model, options);
        try
        {
            chat.RunStep = job.RunAsync;
            for (int turn = chat.Turns.Count; turn < history.Count; turn++)
            {
                await chat.AddTurnAsync(_replies.Complete(picture.Entry.Content, history, turn), cancellation)
                    .ConfigureAwait(false);
            }

            await foreach (ReplyUpdate update in chat.StreamAsync(question, prompts, options, cancellation).ConfigureAwait(false))
            {
                measure.Step();
                if (update.Reply is null)
                {
                    yield return update;
                }

                last = update;
            }

            // Only now the chat has ended its answer, and others may go on from it.
            _replies.Add(picture.Entry.Content, chat.Turns);
            _pictures.KeepChat(picture.Entry, chat);
            keep = true;
            Reply reply = last!.Reply!;
            reply = reply with { Timings = reply.Timings with { CachedTokens = remembered } };
            measure.End(reply);
            yield return last with
            {
                Reply = reply,
            };
        }
        finally
        {
            if (!keep)
            {
                chat.Dispose();
            }
        }
    }

    /// <summary>Answers a question without a picture, by the language model alone, piece by piece.</summary>
    /// <param name="owner">Who asks.</param>
    /// <param name="history">The turns before.</param>
    /// <param name="question">The user's words.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="OmgLlavaException">The question is empty or points at something, or the context is full.</exception>
    public async IAsyncEnumerable<ReplyUpdate> StreamTextAsync(
        string owner,
        IReadOnlyList<ChatTurn> history,
        string question,
        GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        ComputeJob job = Scheduler.StartJob(owner);
        using var measure = new AnswerMeasure(Model, options);
        using IEnumerator<ReplyUpdate?> answer = TextAnswer
            .Run(Model, history, question, options ?? new GenerationOptions(), cancellation)
            .GetEnumerator();
        while (await job.RunAsync(answer.MoveNext, cancellation).ConfigureAwait(false))
        {
            measure.Step();
            if (answer.Current is { } update)
            {
                if (update.Reply is { } reply)
                {
                    measure.End(reply);
                }

                yield return update;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        Scheduler.Dispose();
        _pictures.Dispose();
    }
}
