namespace OmgLlava.Serving;

/// <summary>A perceived picture on loan from a <see cref="PictureCache"/>. Dispose it when done; until then it is not
/// dropped.</summary>
public sealed class Picture : IDisposable
{
    private readonly PictureCache _cache;
    private readonly PictureEntry _entry;
    private int _returned;

    internal Picture(PictureCache cache, PictureEntry entry, PerceivedImage perceived, bool wasCached) =>
        (_cache, _entry, Perceived, WasCached) = (cache, entry, perceived, wasCached);

    /// <summary>Names the picture: random, and the same while its owner's picture of this content is here.</summary>
    public string Id => _entry.Id;

    /// <summary>What was seen.</summary>
    public PerceivedImage Perceived { get; }

    /// <summary>Whether it had been looked at before.</summary>
    public bool WasCached { get; }

    internal PictureEntry Entry => _entry;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
        {
            _cache.Return(_entry);
        }
    }
}
