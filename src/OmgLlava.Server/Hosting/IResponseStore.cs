using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Responses that others can go on from, for their key alone. Pictures stand in them by their name, not as bytes. The names of a
/// conversation's responses begin alike, see <see cref="ResponseWriter.Id"/>.
/// </summary>
internal interface IResponseStore
{
    /// <summary>Keeps a response.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="body">The response.</param>
    /// <param name="conversation">All messages up to and with it.</param>
    ValueTask AddAsync(string owner, ResponseBody body, IReadOnlyList<ChatMessage> conversation);

    /// <summary>Finds a response, and all messages up to and with it; null where there is none.</summary>
    ValueTask<(ResponseBody Body, IReadOnlyList<ChatMessage> Conversation)?> FindAsync(string owner, string id);

    /// <summary>Forgets a response.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> RemoveAsync(string owner, string id);
}
