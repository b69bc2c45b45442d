using System.Text.RegularExpressions;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>One way to cut a token off a text.</summary>
/// <param name="Pattern">
/// Matches at a position. The group "t" is the token and what follows it is context; without the group all of the match is the
/// token.
/// </param>
/// <param name="Rewrite">Makes the token's text; null to leave it; an empty result is no token.</param>
/// <param name="Advance">Where the next token begins, from the start of this one; null for its end.</param>
internal sealed record PtbRule(Regex Pattern, Func<string, string>? Rewrite = null, Func<string, int>? Advance = null)
{
    public PtbRule(string pattern, Func<string, string>? rewrite = null, Func<string, int>? advance = null)
        : this(
            new Regex(@"\G(?:" + pattern + ")", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture),
            rewrite,
            advance
        )
    { }
}
