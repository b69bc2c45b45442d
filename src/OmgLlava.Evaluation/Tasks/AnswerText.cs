using System.Text.RegularExpressions;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>When two short answers say the same.</summary>
internal static partial class AnswerText
{
    /// <summary>Lower case, without punctuation at the ends of words, without articles, one space between words.</summary>
    public static string Normalize(string text) =>
        string.Join(
            ' ',
            Spaces()
                .Split(text.Trim().ToLowerInvariant())
                .Select(word => word.Trim('.', ',', '!', '?', ';', ':', '"', '\'', '(', ')'))
                .Where(word => word.Length > 0 && word is not ("a" or "an" or "the"))
        );

    /// <summary>Whether two answers say the same.</summary>
    public static bool Same(string a, string b) => Normalize(a) == Normalize(b);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
