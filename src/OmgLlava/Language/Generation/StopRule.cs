using System.Text;

namespace OmgLlava.Language;

/// <summary>
/// Decides when an answer ends: at an end token, or when the text of the new tokens, without line breaks, ends with a stop text.
/// Only as many bytes as the longest stop text are kept.
/// </summary>
internal sealed class StopRule
{
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly byte[][] _stops;
    private readonly List<byte> _tail = [];
    private readonly int _longest;

    public StopRule(Tokenizer tokenizer, IReadOnlyList<int> endTokens, IEnumerable<string> stopTexts)
    {
        (_tokenizer, _endTokens) = (tokenizer, endTokens);
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

        if (_tail.Count > _longest)
        {
            _tail.RemoveRange(0, _tail.Count - _longest);
        }

        return _stops.Any(stop => _tail.Count >= stop.Length && _tail.TakeLast(stop.Length).SequenceEqual(stop));
    }
}
