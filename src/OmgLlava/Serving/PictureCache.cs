using System.Diagnostics;
using System.Security.Cryptography;
using OmgLlava.Imaging;

namespace OmgLlava.Serving;

/// <summary>
/// Pictures by their owner and content, each looked at once however many ask for it at the same time; owners see nothing of each
/// other. Perception, files and conversations are each bounded in bytes; what is on loan is never dropped, and of the rest the
/// longest unused goes first.
/// </summary>
internal sealed class PictureCache(OmgLlavaModel model, ComputeScheduler scheduler, ServingOptions options) : IDisposable
{
    private const long LargePixels = 6_000_000; // decoded, about 40 MB

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _large = new(1);
    private readonly Dictionary<string, PictureEntry> _entries = []; // by id
    private readonly Dictionary<string, PictureEntry> _contents = [];
    private readonly LinkedList<PictureEntry> _use = []; // the longest unused first
    private long _fileBytes;
    private long _perceptionBytes;
    private long _chatBytes;
    private long _uses;

    /// <summary>Bytes of perception held, on loan or not.</summary>
    public long PerceptionBytes => Interlocked.Read(ref _perceptionBytes);

    /// <summary>Bytes of keys and values of conversations that wait for their next turn.</summary>
    public long ChatBytes => Interlocked.Read(ref _chatBytes);

    /// <summary>Names a picture by its content.</summary>
    public static string ContentOf(ReadOnlySpan<byte> file, string owner = "") =>
        $"{owner}:{Convert.ToHexStringLower(SHA256.HashData(file))}";

    /// <summary>Takes a picture in, looking at it if it is new.</summary>
    /// <exception cref="OmgLlavaException">It is no picture, or larger than the limits allow.</exception>
    public Task<Picture> AddAsync(byte[] file, string owner, CancellationToken cancellation)
    {
        string content = ContentOf(file, owner);
        PictureEntry entry;
        lock (_gate)
        {
            entry = TakeIn(file, owner, content);
            entry.Users++;
        }

        return LendAsync(entry, cancellation);
    }

    /// <summary>Takes a picture in that was one before, without looking at it.</summary>
    public void Keep(byte[] file, string owner)
    {
        string content = ContentOf(file, owner);
        lock (_gate)
        {
            TakeIn(file, owner, content);
        }
    }

    /// <summary>The file of a picture; null where it is not here.</summary>
    public byte[]? FindFile(string id, string owner)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out PictureEntry? entry) && entry.Owner == owner ? entry.File : null;
        }
    }

    /// <summary>Lends a picture that was added before.</summary>
    /// <exception cref="UnknownPictureException">It is not here.</exception>
    public Task<Picture> OpenAsync(string id, string owner, CancellationToken cancellation)
    {
        PictureEntry entry = Find(id, owner, use: true);
        return LendAsync(entry, cancellation);
    }

    /// <summary>The file of a picture.</summary>
    /// <exception cref="UnknownPictureException">It is not here.</exception>
    public byte[] FileOf(string id, string owner) => Find(id, owner, use: false).File;

    /// <summary>Drops a picture, once nobody uses it.</summary>
    /// <returns>Whether it was here.</returns>
    public bool Forget(string id, string owner)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out PictureEntry? entry) || entry.Owner != owner)
            {
                return false;
            }

            _entries.Remove(id);
            _contents.Remove(entry.Content);
            _use.Remove(entry.Node!);
            entry.Node = null;
            _fileBytes -= entry.File.Length;
            if (entry.Users == 0)
            {
                DropPerception(entry);
            }

            return true;
        }
    }

    /// <summary>Takes the conversation out that shares the most turns with a history; null when none shares any.</summary>
    public ImageChat? TakeChat(PictureEntry entry, IReadOnlyList<ChatTurn> history)
    {
        lock (_gate)
        {
            (IdleChat? best, int shared) = (null, 0);
            foreach (IdleChat idle in entry.Chats)
            {
                int count = ChatHistory.SharedTurns(idle.Chat.Turns, history);
                (best, shared) = count > shared ? (idle, count) : (best, shared);
            }

            if (best is null)
            {
                return null;
            }

            entry.Chats.Remove(best);
            _chatBytes -= best.Bytes;
            best.Chat.Rewind(shared);
            return best.Chat;
        }
    }

    /// <summary>Keeps a conversation for its next turn.</summary>
    public void KeepChat(PictureEntry entry, ImageChat chat)
    {
        lock (_gate)
        {
            if (entry.Node is null)
            {
                chat.Dispose(); // the picture was forgotten
                return;
            }

            chat.ForgetMasks();
            foreach (
                IdleChat shorter in entry
                    .Chats.Where(idle => ChatHistory.SharedTurns(idle.Chat.Turns, chat.Turns) == idle.Chat.Turns.Count)
                    .ToArray()
            )
            {
                Drop(entry, shorter); // the new one holds all that it holds
            }

            long bytes = chat.ByteCount;
            entry.Chats.Add(new IdleChat(chat, bytes, ++_uses));
            _chatBytes += bytes;
            Trim();
        }
    }

    /// <summary>Runs one step that may decode the picture. Pixels live within it, so that none wait decoded for their turn; and
    /// of large pictures there is one at a time.</summary>
    public async Task<T> ComputeAsync<T>(
        PictureEntry entry,
        ComputeJob job,
        Func<Func<RgbImage>, T> step,
        CancellationToken cancellation
    )
    {
        bool large = ImageHeader.PixelsOf(entry.File) > LargePixels;
        if (large)
        {
            await _large.WaitAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            return await job.RunAsync(
                    () => step(() => ImageFile.Decode(entry.File, "the image", options.Image)),
                    cancellation
                )
                .ConfigureAwait(false);
        }
        finally
        {
            if (large)
            {
                _large.Release();
            }
        }
    }

    /// <summary>Takes a loan back.</summary>
    public void Return(PictureEntry entry)
    {
        lock (_gate)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            if (entry.Perceived is null)
            {
                entry.Stop?.Cancel();
                entry.Perceiving = null;
            }

            if (entry.Node is null)
            {
                DropPerception(entry);
            }

            Trim();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (PictureEntry entry in _entries.Values)
            {
                DropPerception(entry);
                entry.Node = null;
            }

            _entries.Clear();
            _contents.Clear();
            _use.Clear();
        }
    }

    private PictureEntry TakeIn(byte[] file, string owner, string content)
    {
        if (!_contents.TryGetValue(content, out PictureEntry? entry))
        {
            string name = options.PictureNames?.Invoke(content) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            entry = new PictureEntry($"img-{name}", owner, content, file);
            entry.Node = _use.AddLast(entry);
            _entries.Add(entry.Id, entry);
            _contents.Add(content, entry);
            _fileBytes += file.Length;
        }

        return entry;
    }

    private PictureEntry Find(string id, string owner, bool use)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out PictureEntry? entry) || entry.Owner != owner)
            {
                throw new UnknownPictureException(
                    $"There is no picture '{Shorten(id)}' here; it may have been dropped to make room, so upload it again."
                );
            }

            if (use)
            {
                entry.Users++;
                _use.Remove(entry.Node!);
                _use.AddLast(entry.Node!);
            }

            return entry;
        }
    }

    private async Task<Picture> LendAsync(PictureEntry entry, CancellationToken cancellation)
    {
        try
        {
            Task<PerceivedImage> perceiving;
            bool cached;
            lock (_gate)
            {
                cached = entry.Perceived is not null;
                if (entry.Perceiving is null or { IsFaulted: true } or { IsCanceled: true })
                {
                    entry.Stop = new CancellationTokenSource();
                    entry.Perceiving = PerceiveAsync(entry, entry.Stop.Token);
                }

                perceiving = entry.Perceiving;
            }

            ServingTelemetry.Looks.Add(1, new KeyValuePair<string, object?>("cached", cached));
            return new Picture(this, entry, await perceiving.WaitAsync(cancellation).ConfigureAwait(false), cached);
        }
        catch (Exception error)
        {
            Return(entry);
            if (error is OmgLlavaException)
            {
                Forget(entry.Id, entry.Owner); // it is no picture
            }

            throw;
        }
    }

    private async Task<PerceivedImage> PerceiveAsync(PictureEntry entry, CancellationToken stop)
    {
        using Activity? activity = ServingTelemetry.Activities.StartActivity("perceive");
        PerceivedImage perceived = await ComputeAsync(
                entry,
                scheduler.StartJob(entry.Owner),
                pixels => model.Perceive(pixels(), stop),
                stop
            )
            .ConfigureAwait(false);
        ServingTelemetry.Perception.Record(perceived.Duration.TotalSeconds);
        lock (_gate)
        {
            if (stop.IsCancellationRequested)
            {
                perceived.Dispose();
                throw new OperationCanceledException(stop);
            }

            (entry.Perceived, entry.PerceptionBytes) = (perceived, perceived.ByteCount);
            _perceptionBytes += entry.PerceptionBytes;
            return perceived;
        }
    }

    private void Trim()
    {
        while (_chatBytes > options.ChatBytes)
        {
            (PictureEntry entry, IdleChat idle) = _entries
                .Values.SelectMany(e => e.Chats.Select(chat => (e, chat)))
                .MinBy(pair => pair.chat.LastUse);
            Drop(entry, idle);
        }

        for (
            LinkedListNode<PictureEntry>? node = _use.First;
            node is not null && _perceptionBytes > options.PerceptionBytes;
            node = node.Next
        )
        {
            if (node.Value.Users == 0)
            {
                DropPerception(node.Value);
            }
        }

        for (
            LinkedListNode<PictureEntry>? node = _use.First, next;
            node is not null && _fileBytes > options.PictureBytes;
            node = next
        )
        {
            next = node.Next;
            if (node.Value.Users == 0)
            {
                Forget(node.Value.Id, node.Value.Owner);
            }
        }
    }

    private void Drop(PictureEntry entry, IdleChat idle)
    {
        entry.Chats.Remove(idle);
        _chatBytes -= idle.Bytes;
        idle.Chat.Dispose();
    }

    private void DropPerception(PictureEntry entry)
    {
        foreach (IdleChat idle in entry.Chats.ToArray())
        {
            Drop(entry, idle);
        }

        if (entry.Perceived is not null)
        {
            entry.Perceived.Dispose();
            _perceptionBytes -= entry.PerceptionBytes;
        }

        (entry.Perceived, entry.Perceiving) = (null, null);
    }

    private static string Shorten(string id) => id.Length <= 40 ? id : $"{id[..40]}…";
}
