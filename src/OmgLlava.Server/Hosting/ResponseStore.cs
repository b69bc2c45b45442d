using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Responses in memory; the oldest are forgotten.
/// </summary>
internal sealed class ResponseStore : IResponseStore
{
    private const int Most = 10_000;
    private const long MostCharacters = 64 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _responses = [];
    private readonly Queue<string> _order = new();
    private long _characters;

    /// <inheritdoc/>
    public ValueTask AddAsync(string owner, ResponseBody body, IReadOnlyList<ChatMessage> conversation)
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

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<(ResponseBody Body, IReadOnlyList<ChatMessage> Conversation)?> FindAsync(string owner, string id)
    {
        lock (_gate)
        {
            return _responses.TryGetValue(id, out Kept? kept) && kept.Owner == owner
                ? ValueTask.FromResult<(ResponseBody, IReadOnlyList<ChatMessage>)?>((kept.Body, kept.Conversation))
                : default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string owner, string id)
    {
        lock (_gate)
        {
            if (!_responses.TryGetValue(id, out Kept? kept) || kept.Owner != owner)
            {
                return ValueTask.FromResult(false);
            }

            _responses.Remove(id);
            _characters -= kept.Characters;
            return ValueTask.FromResult(true);
        }
    }

    private static long Length(ChatMessage message) =>
        (message.Content ?? []).Sum(part => (part.Text?.Length ?? 0) + (part.ImageUrl?.Url.Length ?? 0))
        + (message.Prompts ?? []).Sum(prompt => 64 + (prompt.Mask?.Counts?.Length ?? prompt.Mask?.Png?.Length ?? 0));

    private sealed record Kept(string Owner, ResponseBody Body, IReadOnlyList<ChatMessage> Conversation, long Characters);
}
