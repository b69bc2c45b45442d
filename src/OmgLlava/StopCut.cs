namespace OmgLlava;

/// <summary>
/// Gives text on in pieces, up to the first place where one of some stop texts begins, wherever pieces end; an end that a stop
/// text may begin with is held back until it is known.
/// </summary>
internal sealed class StopCut(IReadOnlyList<string> stops)
{
    private readonly Queue<(string Text, int? Phrase)> _ready = new();
    private readonly List<(string Text, int? Phrase)> _held = [];

    /// <summary>Whether a stop text has come.</summary>
    public bool Found { get; private set; }

    /// <summary>Characters given, or ready to be taken.</summary>
    public int Given { get; private set; }

    /// <summary>Adds text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="phrase">The phrase that it is part of.</param>
    public void Add(string text, int? phrase)
    {
        if (Found || text.Length == 0)
        {
            return;
        }

        _held.Add((text, phrase));
        if (stops.Count == 0)
        {
            Release(text.Length);
            return;
        }

        string held = string.Concat(_held.Select(piece => piece.Text));
        int at = stops
            .Select(stop => held.IndexOf(stop, StringComparison.Ordinal))
            .Where(index => index >= 0)
            .DefaultIfEmpty(-1)
            .Min();
        if (at >= 0)
        {
            Release(at);
            Found = true;
            _held.Clear();
            return;
        }

        int keep = stops
            .SelectMany(stop =>
                Enumerable.Range(1, stop.Length - 1).Where(n => held.EndsWith(stop[..n], StringComparison.Ordinal))
            )
            .DefaultIfEmpty(0)
            .Max();
        Release(held.Length - keep);
    }

    /// <summary>No more text comes: what is held back can go.</summary>
    public void Finish() => Release(_held.Sum(piece => piece.Text.Length));

    /// <summary>Takes the next piece that is ready.</summary>
    public bool TryTake(out (string Text, int? Phrase) piece) => _ready.TryDequeue(out piece);

    private void Release(int count)
    {
        Given += count;
        while (count > 0)
        {
            (string text, int? phrase) = _held[0];
            _held.RemoveAt(0);
            int part = Math.Min(count, text.Length);
            _ready.Enqueue((text[..part], phrase));
            count -= part;
            if (part < text.Length)
            {
                _held.Insert(0, (text[part..], phrase));
            }
        }
    }
}
