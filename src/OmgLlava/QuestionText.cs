namespace OmgLlava;

/// <summary>
/// Questions as models learn them: not shouted, not in quotes. What is written with care is left as it is, letter by letter.
/// </summary>
internal static class QuestionText
{
    private const int LettersOfShouting = 4;

    private static readonly char[] Quotes =
    [
        '"',
        '\'',
        '\u201c',
        '\u201d',
        '\u201e',
        '\u2018',
        '\u2019',
        '\u00ab',
        '\u00bb',
        '`',
    ];

    /// <summary>A question without quotes around it; one in capitals alone becomes a sentence.</summary>
    public static string Tidy(string question)
    {
        string text = Unquote(question);
        return IsShouted(text) ? Sentence(text.ToLowerInvariant()) : text;
    }

    /// <summary>An expression as it stands in a question: without quotes, full stops and "please".</summary>
    public static string Expression(string expression)
    {
        string text = Unquote(expression).Trim().TrimEnd('.', '!', '?', ',', ';').TrimEnd();
        text = IsShouted(text) ? text.ToLowerInvariant() : text;
        const string Please = "please";
        if (text.EndsWith($" {Please}", StringComparison.OrdinalIgnoreCase))
        {
            text = text[..^Please.Length].TrimEnd(' ', ',');
        }

        if (text.StartsWith($"{Please} ", StringComparison.OrdinalIgnoreCase))
        {
            text = text[Please.Length..].TrimStart();
        }

        text = Unquote(text);
        return text.StartsWith("The ", StringComparison.Ordinal) ? $"the {text[4..]}"
            : text.Length > 0 ? text
            : expression.Trim();
    }

    private static string Unquote(string text)
    {
        string inner = text.Trim();
        return inner.Length > 2 && Quotes.Contains(inner[0]) && Quotes.Contains(inner[^1]) ? inner[1..^1].Trim() : text;
    }

    private static bool IsShouted(string text) => text.Count(char.IsUpper) >= LettersOfShouting && !text.Any(char.IsLower);

    private static string Sentence(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..]}";
}
