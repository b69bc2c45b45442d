using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OmgLlava.Serving;

/// <summary>
/// The tokens of answers that were given, by what was said before them. A conversation whose keys and values were dropped, or are
/// in use elsewhere, is read again with the very tokens that the model had said, so that its next answer is the same.
/// </summary>
internal sealed class KnownReplies
{
    private const int Most = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, IReadOnlyList<int>> _tokens = [];
    private readonly Queue<string> _order = new();

    /// <summary>Remembers the last answer of a conversation; the oldest is forgotten.</summary>
    public void Add(string picture, IReadOnlyList<ChatTurn> turns)
    {
        string key = KeyOf(picture, turns);
        lock (_gate)
        {
            if (_tokens.TryAdd(key, turns[^1].Reply.Tokens))
            {
                _order.Enqueue(key);
            }

            while (_order.Count > Most)
            {
                _tokens.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>A turn of a history with its tokens, where they are known.</summary>
    public ChatTurn Complete(string picture, IReadOnlyList<ChatTurn> history, int index)
    {
        ChatTurn turn = history[index];
        if (turn.Reply.Tokens.Count > 0)
        {
            return turn;
        }

        string key = KeyOf(picture, [.. history.Take(index + 1)]);
        lock (_gate)
        {
            return _tokens.TryGetValue(key, out IReadOnlyList<int>? tokens)
                ? turn with
                {
                    Reply = turn.Reply with { Tokens = tokens },
                }
                : turn;
        }
    }

    private static string KeyOf(string picture, IReadOnlyList<ChatTurn> turns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, picture);
        foreach (ChatTurn turn in turns)
        {
            Add(hash, turn.Question);
            foreach (VisualPrompt prompt in turn.Prompts)
            {
                Add(hash, prompt is VisualPrompt.RegionPrompt region ? region.Mask.ToRle().ToString() : prompt.ToString());
            }

            Add(hash, turn.Reply.Text);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
