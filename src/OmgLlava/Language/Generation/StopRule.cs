using System.Text;

namespace OmgLlava.Language;

/// <summary>
/// Decides when an answer ends: at an end token, or when the text of the new tokens, without line breaks, ends with the end of a
/// turn (as published), or when it holds, line breaks and all, one of the user's own stop texts. Only as many bytes as are needed
/// are kept.
/// </summary>
internal sealed class StopRule
{
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly byte[][] _stops;
    private readonly byte[][] _own;
    private readonly List<byte> _tail = [];
    private readonly List<byte> _whole = [];
    private readonly int _longest;

    public StopRule(
        Tokenizer tokenizer,
        IReadOnlyList<int> endTokens,
        IEnumerable<string> stopTexts,
        IEnumerable<string>? ownTexts = null
    )
    {
        (_tokenizer, _endTokens) = (tokenizer, endTokens);
        _own = [.. (ownTexts ?? []).Select(Encoding.UTF8.GetBytes)];
        _stops = [.. stopTexts.Select(Encoding.UTF8.GetBytes)];
        _longest = _stops.Select(stop => stop.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>Takes the next token and tells whether it is the last.</summary>
    public bool Ends(int token)
    {
        if (_endTokens.Contains(token))
        {
            return true;
        }

        foreach (byte b in _tokenizer.Bytes(token))
        {
            if (b is not ((byte)'\r' or (byte)'\n'))
            {
                _tail.Add(b);
            }
        }

        if (Holds(token))
        {
            return true;
        }

        if (_tail.Count > _longest)
        {
            _tail.RemoveRange(0, _tail.Count - _longest);
        }

        return _stops.Any(stop => _tail.Count >= stop.Length && _tail.TakeLast(stop.Length).SequenceEqual(stop));
    }

    private bool Holds(int token)
    {
        if (_own.Length == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _tokenizer.Bytes(token);
        _whole.AddRange(bytes);
        byte[] text = [.. _whole];
        int longest = _own.Max(stop => stop.Length);
        _whole.RemoveRange(0, Math.Max(0, _whole.Count - longest + 1));
        return Array.Exists(_own, stop => text.AsSpan().IndexOf(stop) >= 0);
    }
}
