using System.Text;

namespace OmgLlava.Words;

/// <summary>The little grammar of English that reading questions needs.</summary>
internal static class EnglishText
{
    /// <summary>Words in small letters, without punctuation and quotes; "what's" is two.</summary>
    public static string[] WordsOf(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in text.ToLowerInvariant())
        {
            plain.Append(
                c is '\u2019' or '\u2018' or '`' or '\u00b4' ? '\''
                : char.IsLetterOrDigit(c) || c is '-' or '\'' ? c
                : ' '
            );
        }

        return [.. plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Parts)];
    }

    /// <summary>The plural of a regular noun.</summary>
    public static string Plural(string noun) =>
        noun.EndsWith('s')
        || noun.EndsWith('x')
        || noun.EndsWith("ch", StringComparison.Ordinal)
        || noun.EndsWith("sh", StringComparison.Ordinal)
            ? $"{noun}es"
        : noun.EndsWith('y') && noun.Length > 1 && !"aeiou".Contains(noun[^2], StringComparison.Ordinal) ? $"{noun[..^1]}ies"
        : $"{noun}s";

    /// <summary>"a cat", "an apple", as the training writes it.</summary>
    public static string A(string noun) =>
        noun[0] is 'a' or 'e' or 'i' or 'o' or 'u' && !noun.StartsWith("uni", StringComparison.Ordinal)
            ? $"an {noun}"
            : $"a {noun}";

    private static IEnumerable<string> Parts(string word)
    {
        string bare = word.Trim('\'', '-');
        if (
            bare.EndsWith("'s", StringComparison.Ordinal)
            && bare[..^2] is "what" or "where" or "there" or "it" or "that" or "how" or "which"
        )
        {
            return [bare[..^2], "is"];
        }

        return bare.Length == 0 ? [] : [bare];
    }
}
