using System.Diagnostics.CodeAnalysis;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Responses that others can go on from, in memory, for their key alone; the oldest are forgotten. Pictures stand in them by
/// their name, not as bytes.
/// </summary>
internal sealed class ResponseStore
{
    private const int Most = 10_000;
    private const long MostCharacters = 64 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _responses = [];
    private readonly Queue<string> _order = new();
    private long _characters;

    /// <summary>Keeps a response.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="body">The response.</param>
    /// <param name="conversation">All messages up to and with it.</param>
    public void Add(string owner, ResponseBody body, IReadOnlyList<ChatMessage> conversation)
    {
        // The answer's masks are large and nobody's next question needs them; where the phrases stand is in the conversation.
        var kept = new Kept(owner, body, conversation, conversation.TakeLast(2).Sum(Length));
        lock (_gate)
        {
            _responses[body.Id] = kept;
            _order.Enqueue(body.Id);
            _characters += kept.Characters;
            while (_order.Count > Most || (_characters > MostCharacters && _order.Count > 1))
            {
                if (_responses.Remove(_order.Dequeue(), out Kept? oldest))
                {
                    _characters -= oldest.Characters;
                }
            }
        }
    }

    /// <summary>Finds a response.</summary>
    public bool TryGet(
        string owner,
        string id,
        [NotNullWhen(true)] out ResponseBody? body,
        out IReadOnlyList<ChatMessage> conversation
    )
    {
        lock (_gate)
        {
            bool found = _responses.TryGetValue(id, out Kept? kept) && kept.Owner == owner;
            (body, conversation) = found ? (kept!.Body, kept.Conversation) : (null, []);
            return found;
        }
    }

    /// <summary>Forgets a response.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string owner, string id)
    {
        lock (_gate)
        {
            if (!_responses.TryGetValue(id, out Kept? kept) || kept.Owner != owner)
            {
                return false;
            }

            _responses.Remove(id);
            _characters -= kept.Characters;
            return true;
        }
    }

    private static long Length(ChatMessage message) =>
        (message.Content ?? []).Sum(part => (part.Text?.Length ?? 0) + (part.ImageUrl?.Url.Length ?? 0))
        + (message.Prompts ?? []).Sum(prompt => 64 + (prompt.Mask?.Counts?.Length ?? prompt.Mask?.Png?.Length ?? 0));

    private sealed record Kept(string Owner, ResponseBody Body, IReadOnlyList<ChatMessage> Conversation, long Characters);
}
