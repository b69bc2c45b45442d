using System.Text.RegularExpressions;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>How the Penn Treebank writes what a token holds: LaTeX quotes, brackets as -LRB-, fractions and currencies in
/// ASCII.</summary>
internal static partial class PtbText
{
    /// <summary>Spaces within a token do not break, so that it stays one token.</summary>
    public static string KeepSpaces(string text) => text.Replace(' ', '\u00A0');

    public static string DropSoftHyphens(string text)
    {
        string kept = text.Replace("\u00AD", "", StringComparison.Ordinal);
        return kept.Length == 0 ? "-" : kept;
    }

    public static string Ampersand(string text) => text.Replace("&amp;", "&", StringComparison.OrdinalIgnoreCase);

    public static string Fraction(string text) =>
        text switch
        {
            "\u00BC" => "1/4",
            "\u00BD" => "1/2",
            "\u00BE" => "3/4",
            "\u2153" => "1/3",
            "\u2154" => "2/3",
            _ => text,
        };

    /// <summary>The euro and other signs that the Treebank does not know become a dollar, the pound a number sign.</summary>
    public static string Currency(string text) =>
        text switch
        {
            "\u00A2" => "cents",
            "\u00A3" => "#",
            "\u0080" or "\u00A4" or "\u20A0" or "\u20AC" => "$",
            _ => text,
        };

    public static string Telephone(string text) =>
        KeepSpaces(text).Replace("(", "-LRB-", StringComparison.Ordinal).Replace(")", "-RRB-", StringComparison.Ordinal);

    public static string Brackets(string text) =>
        text switch
        {
            "{" => "-LCB-",
            "}" => "-RCB-",
            "[" => "-LSB-",
            "]" => "-RSB-",
            _ => text.Replace("(", "-LRB-", StringComparison.Ordinal).Replace(")", "-RRB-", StringComparison.Ordinal),
        };

    public static string OpeningQuotes(string text) =>
        Curly(Straight().Replace(text, quote => IsDouble(quote.Value) ? "``" : "`"));

    public static string ClosingQuotes(string text) =>
        Curly(Straight().Replace(text, quote => IsDouble(quote.Value) ? "''" : "'"));

    private static bool IsDouble(string quote) => quote is "\"" or "&quot;";

    private static string Curly(string text) =>
        CurlyQuote()
            .Replace(
                text,
                quote =>
                    quote.Value[0] switch
                    {
                        '\u0091' or '\u2018' or '\u201B' or '\u2039' => "`",
                        '\u0092' or '\u2019' or '\u203A' => "'",
                        '\u0093' or '\u201C' or '\u00AB' => "``",
                        _ => "''",
                    }
            );

    [GeneratedRegex("&apos;|'|\"|&quot;", RegexOptions.CultureInvariant)]
    private static partial Regex Straight();

    [GeneratedRegex("[\u0091-\u0094\u2018\u2019\u201B\u201C\u201D\u2039\u203A\u00AB\u00BB]", RegexOptions.CultureInvariant)]
    private static partial Regex CurlyQuote();
}
