using System.Text.RegularExpressions;

namespace OmgLlava.Training.Text;

/// <summary>
/// Learns the pieces of a tokenizer: single characters first, then again and again the pair of neighbours that is most frequent
/// (Sennrich et al. 2016). Pairs do not reach over the borders of words, numbers and punctuation, and every digit stays alone.
/// </summary>
internal static partial class BytePairTrainer
{
    private const char Space = '\u2581';
    private const int LeastCount = 2;

    /// <summary>Learns pieces from texts.</summary>
    /// <param name="texts">The texts; special tokens of chats and masks in them are left out.</param>
    /// <param name="most">Most pieces.</param>
    /// <returns>Pieces in the order in which they are to be merged, U+2581 for a space; fewer than <paramref name="most"/> when
    /// the texts hold no more.</returns>
    public static IReadOnlyList<string> Train(IEnumerable<string> texts, int most)
    {
        Dictionary<string, long> counts = [];
        foreach (string word in texts.SelectMany(Words))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        List<(List<string> Pieces, long Count)> words =
        [
            .. counts
                .OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => (c.Key.EnumerateRunes().Select(rune => rune.ToString()).ToList(), c.Value)),
        ];
        var pieces = new List<string>(
            words
                .SelectMany(word => word.Pieces.Select(piece => (piece, word.Count)))
                .GroupBy(p => p.piece, p => p.Count)
                .OrderByDescending(group => group.Sum())
                .ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.Key)
                .Take(most)
        );
        var known = new HashSet<string>(pieces);
        var pairs = new PairCounts(words);
        while (pieces.Count < most && pairs.Best() is { } best && best.Count >= LeastCount)
        {
            if (known.Add(best.Left + best.Right))
            {
                pieces.Add(best.Left + best.Right);
            }

            pairs.Merge(best.Left, best.Right);
        }

        return pieces;
    }

    /// <summary>The parts of a text that pieces do not reach over, a space before a word belonging to it; the tokenizer reads one
    /// before every text, and behind every special token.</summary>
    internal static IEnumerable<string> Words(string text) =>
        Word().Matches($" {Special().Replace(text, "\n ")}").Select(match => match.Value.Replace(' ', Space));

    [GeneratedRegex(@"\[SEG\]|</?p>|<region>|<mark>|<image>|<\|\w+\|>")]
    private static partial Regex Special();

    [GeneratedRegex(@" ?\p{L}+| ?\d| ?[^\s\p{L}\d]")]
    private static partial Regex Word();

    /// <summary>How often each pair of neighbours occurs, and in which words.</summary>
    private sealed class PairCounts
    {
        private readonly List<(List<string> Pieces, long Count)> _words;
        private readonly Dictionary<(string Left, string Right), long> _counts = [];
        private readonly Dictionary<(string Left, string Right), HashSet<int>> _places = [];

        public PairCounts(List<(List<string> Pieces, long Count)> words)
        {
            _words = words;
            for (int word = 0; word < words.Count; word++)
            {
                Add(word, 1);
            }
        }

        /// <summary>The most frequent pair; of equals the first in ordinal order.</summary>
        public (string Left, string Right, long Count)? Best()
        {
            (string Left, string Right, long Count)? best = null;
            foreach (((string left, string right), long count) in _counts)
            {
                if (
                    best is not { } known
                    || count > known.Count
                    || (count == known.Count && string.CompareOrdinal(left + " " + right, known.Left + " " + known.Right) < 0)
                )
                {
                    best = (left, right, count);
                }
            }

            return best;
        }

        public void Merge(string left, string right)
        {
            foreach (int word in _places[(left, right)].ToArray())
            {
                Add(word, -1);
                List<string> pieces = _words[word].Pieces;
                for (int i = 0; i + 1 < pieces.Count; i++)
                {
                    if (pieces[i] == left && pieces[i + 1] == right)
                    {
                        pieces[i] = left + right;
                        pieces.RemoveAt(i + 1);
                    }
                }

                Add(word, 1);
            }
        }

        private void Add(int word, int sign)
        {
            (List<string> pieces, long count) = _words[word];
            for (int i = 0; i + 1 < pieces.Count; i++)
            {
                (string, string) pair = (pieces[i], pieces[i + 1]);
                long changed = _counts[pair] = _counts.GetValueOrDefault(pair) + (sign * count);
                if (changed == 0)
                {
                    _counts.Remove(pair);
                    _places.Remove(pair);
                    continue;
                }

                if (!_places.TryGetValue(pair, out HashSet<int>? places))
                {
                    _places[pair] = places = [];
                }

                if (sign > 0)
                {
                    places.Add(word);
                }
            }
        }
    }
}
