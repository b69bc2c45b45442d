namespace OmgLlava.Serving;

/// <summary>A conversation that waits for its next turn.</summary>
/// <param name="Chat">The conversation.</param>
/// <param name="Bytes">Memory of its keys and values.</param>
/// <param name="LastUse">Counts uses of the cache, to find the longest unused.</param>
internal sealed record IdleChat(ImageChat Chat, long Bytes, long LastUse);
