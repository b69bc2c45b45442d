namespace OmgLlava.Serving;

/// <summary>What a <see cref="PictureCache"/> knows of one picture; guarded by the cache.</summary>
internal sealed class PictureEntry(string id, string owner, string content, byte[] file)
{
    /// <summary>Names it to its owner; random, so that nobody can guess it.</summary>
    public string Id { get; } = id;

    /// <summary>Whose it is.</summary>
    public string Owner { get; } = owner;

    /// <summary>Names it by owner and content.</summary>
    public string Content { get; } = content;

    /// <summary>The file as it was given.</summary>
    public byte[] File { get; } = file;

    /// <summary>What was seen; null when it was never looked at, or dropped.</summary>
    public PerceivedImage? Perceived { get; set; }

    /// <summary>Looking at it, going on or done.</summary>
    public Task<PerceivedImage>? Perceiving { get; set; }

    /// <summary>Stops looking when nobody waits any more.</summary>
    public CancellationTokenSource? Stop { get; set; }

    /// <summary>Bytes of the perception; 0 until it is there.</summary>
    public long PerceptionBytes { get; set; }

    /// <summary>Loans and waiting requests.</summary>
    public int Users { get; set; }

    /// <summary>Conversations about it that wait for their next turn, the longest unused first.</summary>
    public List<IdleChat> Chats { get; } = [];

    /// <summary>Place in the order of use.</summary>
    public LinkedListNode<PictureEntry>? Node { get; set; }
}
