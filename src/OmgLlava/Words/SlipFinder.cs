namespace OmgLlava.Words;

/// <summary>
/// Corrects slips of the pen: a letter too many, missing, wrong, or two in the wrong order. Words of three letters are
/// corrected only where letters changed
/// places, words that exist never, and where two words could be meant none is.
/// </summary>
internal sealed class SlipFinder
{
    private const int Short = 3;

    private readonly HashSet<string> _never;
    private readonly ILookup<int, string> _byLength;

    /// <param name="words">Words that may have been meant.</param>
    /// <param name="never">Words that are what they are.</param>
    public SlipFinder(IEnumerable<string> words, IEnumerable<string> never)
    {
        _never = [.. never];
        _byLength = words.Where(word => word.Length >= Short).Distinct().ToLookup(word => word.Length);
    }

    /// <summary>The only word that a written one can have been meant to be; null for none or several.</summary>
    public string? Correct(string written)
    {
        if (written.Length < Short || _never.Contains(written) || !written.All(char.IsAsciiLetter))
        {
            return null;
        }

        string[] swapped = [.. _byLength[written.Length].Where(word => IsSwapped(written, word))];
        string[] meant =
            swapped.Length > 0 || written.Length == Short
                ? swapped
                :
                [
                    .. Enumerable
                        .Range(written.Length - 1, 3)
                        .SelectMany(length => _byLength[length])
                        .Where(word => IsNear(written, word)),
                ];
        return meant is [var one] ? one : Likeliest(written, meant);
    }

    /// <summary>Of a word and its plural the one that has as many letters, or else the shorter.</summary>
    private static string? Likeliest(string written, string[] meant)
    {
        string[] sorted = [.. meant.OrderBy(word => Math.Abs(word.Length - written.Length)).ThenBy(word => word.Length)];
        return sorted is [var first, var second] && (second == EnglishText.Plural(first) || first == EnglishText.Plural(second))
            ? first
            : null;
    }

    private static bool IsSwapped(string a, string b)
    {
        int at = 0;
        while (at < a.Length && a[at] == b[at])
        {
            at++;
        }

        return at + 1 < a.Length && a[at] == b[at + 1] && a[at + 1] == b[at] && a.AsSpan(at + 2).SequenceEqual(b.AsSpan(at + 2));
    }

    /// <summary>Whether one letter more, less or else makes one word the other.</summary>
    private static bool IsNear(string a, string b)
    {
        (string shorter, string longer) = a.Length <= b.Length ? (a, b) : (b, a);
        int at = 0;
        while (at < shorter.Length && shorter[at] == longer[at])
        {
            at++;
        }

        return shorter.Length == longer.Length
            ? at == shorter.Length || shorter.AsSpan(at + 1).SequenceEqual(longer.AsSpan(at + 1))
            : shorter.AsSpan(at).SequenceEqual(longer.AsSpan(at + 1));
    }
}
