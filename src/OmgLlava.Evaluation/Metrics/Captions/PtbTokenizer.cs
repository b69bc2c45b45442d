using System.Buffers;
using System.Text.RegularExpressions;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Cuts captions into tokens as coco-caption does: with the conventions of Stanford's PTBTokenizer 3.4.1 in lower case, after
/// which punctuation is dropped.
/// </summary>
public static class PtbTokenizer
{
    // Capital letters as in coco-caption's list: brackets are lower case by then, so they stay.
    private static readonly HashSet<string> Punctuation =
    [
        "''",
        "'",
        "``",
        "`",
        "-LRB-",
        "-RRB-",
        "-LCB-",
        "-RCB-",
        ".",
        "?",
        "!",
        ",",
        ":",
        "-",
        "--",
        "...",
        ";",
    ];

    private static readonly HashSet<string> Joined = new(
        ["cannot", "gonna", "gotta", "lemme", "gimme", "wanna"],
        StringComparer.OrdinalIgnoreCase
    );
    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    /// <summary>The tokens of a caption without punctuation, joined by spaces: what captions are scored on.</summary>
    public static string Tokenize(string caption) => string.Join(' ', Cut(caption).Where(token => !Punctuation.Contains(token)));

    /// <summary>
    /// All tokens of a caption, in lower case. Line breaks count as spaces (in coco-caption a line break other than \n would
    /// shift the captions after it).
    /// </summary>
    public static IReadOnlyList<string> Cut(string caption)
    {
        string text = Breaks(caption) + "\n";
        var tokens = new List<string>();
        for (int at = 0; at < text.Length - 1;)
        {
            if (PlainWord(text, at) is { Length: > 0 } word)
            {
                tokens.Add(word.ToLowerInvariant());
                at += word.Length;
                continue;
            }

            (PtbRule? rule, Match? match) = Longest(text, at);
            if (rule is null)
            {
                at++; // a character that no rule knows is dropped
                continue;
            }

            string token = match!.Groups["t"] is { Success: true } group ? group.Value : match.Value;
            string written = rule.Rewrite?.Invoke(token) ?? token;
            if (written.Length > 0)
            {
                tokens.Add(written.ToLowerInvariant());
            }

            at += rule.Advance?.Invoke(token) ?? token.Length;
        }

        return tokens;
    }

    /// <summary>A word between spaces, which is a token whatever the rules: most are, so most texts are cut without
    /// them.</summary>
    private static string PlainWord(string text, int at)
    {
        int length = text.AsSpan(at).IndexOfAnyExcept(Letters);
        return length > 0 && text[at + length] is ' ' or '\n' && !Joined.Contains(text.Substring(at, length))
            ? text.Substring(at, length)
            : "";
    }

    private static (PtbRule? Rule, Match? Match) Longest(string text, int at)
    {
        (PtbRule? Rule, Match? Match) best = default;
        foreach (PtbRule rule in PtbRules.All)
        {
            Match match = rule.Pattern.Match(text, at);
            if (match.Success && match.Length > (best.Match?.Length ?? 0))
            {
                best = (rule, match);
            }
        }

        return best;
    }

    private static string Breaks(string caption) =>
        string.Create(
            caption.Length,
            caption,
            (target, source) =>
            {
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = source[i] is '\n' or '\r' or '\u000B' or '\u000C' or '\u0085' or '\u2028' or '\u2029'
                        ? ' '
                        : source[i];
                }
            }
        );
}
