using System.Reflection;
using System.Text.RegularExpressions;

namespace OmgLlava.World;

/// <summary>
/// Says things as people do: in other words, politely, in lower or upper case, without articles, in quotes, with a typing error.
/// Answers stay as they are. Some ways of asking are held back for evaluation (<c>wording.tsv</c>).
/// </summary>
internal static class Wording
{
    private const string Held = "held";

    private static readonly string[] Polite = ["Please tell me: ", "Could you tell me: ", "Hi! ", "Quick question: ", "Say, "];

    private static readonly (Regex Plain, string Form, bool Held)[] Ways =
    [
        .. Rows().Select(row => (new Regex($"^{Pattern(row[0])}$", RegexOptions.CultureInvariant), row[1], row.Length > 2)),
    ];

    /// <summary>What one may type for words that mean something in a picture.</summary>
    public static string Expression(string words, SceneRandom random)
    {
        string said = random.Unit() switch
        {
            < 0.55 => words,
            < 0.63 => English.Capital(words),
            < 0.71 => words.ToUpperInvariant(),
            < 0.82 => WithoutArticle(words),
            < 0.88 => British(words),
            < 0.94 => Mistyped(words, random),
            _ => $"\"{words}\"",
        };
        return random.Chance(0.1) ? WithoutArticle(said) : said;
    }

    /// <summary>Another way to put a question about a picture; the question itself where there is none.</summary>
    /// <param name="question">As scenes ask it.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="held">Whether to take those ways that training never asks in.</param>
    public static string Question(string question, SceneRandom random, bool held = false)
    {
        string[] ways = [.. Ways.Where(way => way.Held == held).Select(way => Put(way, question)).OfType<string>()];
        return ways.Length == 0 ? question : random.Pick(ways);
    }

    /// <summary>The same with case, politeness and errors of people who type.</summary>
    public static string Typed(string question, SceneRandom random) =>
        random.Unit() switch
        {
            < 0.7 => question,
            < 0.76 => question.ToLowerInvariant(),
            < 0.8 => question.ToUpperInvariant(),
            < 0.85 => question.TrimEnd('?', '.'),
            < 0.93 => random.Pick(Polite) + question,
            _ => Mistyped(question, random),
        };

    /// <summary>"dog" for "the dog".</summary>
    public static string WithoutArticle(string words) =>
        words.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? words[4..] : words;

    /// <summary>Two letters of one of the longer words exchanged, or one of them left out or typed twice.</summary>
    public static string Mistyped(string text, SceneRandom random)
    {
        Match[] words = [.. Regex.Matches(text, @"\b[a-z]{4,}\b", RegexOptions.CultureInvariant).Cast<Match>()];
        if (words.Length == 0)
        {
            return text;
        }

        Match word = random.Pick(words);
        int at = word.Index + 1 + random.Below(word.Length - 2);
        return random.Below(3) switch
        {
            0 => $"{text[..at]}{text[at + 1]}{text[at]}{text[(at + 2)..]}",
            1 => text.Remove(at, 1),
            _ => text.Insert(at, text[at].ToString()),
        };
    }

    private static string British(string text) =>
        text.Replace("gray", "grey", StringComparison.Ordinal).Replace("color", "colour", StringComparison.Ordinal);

    private static string? Put((Regex Plain, string Form, bool Held) way, string question)
    {
        Match match = way.Plain.Match(question);
        if (!match.Success)
        {
            return null;
        }

        string a = match.Groups["a"].Value;
        string noun = a.Length > 0 ? a[(a.IndexOf(' ', StringComparison.Ordinal) + 1)..] : match.Groups["n"].Value;
        string several = match.Groups["s"].Success ? match.Groups["s"].Value : Plural(noun);
        return way
            .Form.Replace("{a}", a, StringComparison.Ordinal)
            .Replace("{n}", noun, StringComparison.Ordinal)
            .Replace("{s}", several, StringComparison.Ordinal);
    }

    private static string Plural(string noun) => WorldVocabulary.Default.Find(noun)?.Plural ?? English.Plural(noun);

    private static string Pattern(string form) =>
        Regex.Replace(Regex.Escape(form), @"\\\{([ans])}", "(?<$1>.+)", RegexOptions.CultureInvariant);

    private static string[][] Rows()
    {
        using Stream stream = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceStream($"{typeof(Wording).Namespace}.wording.tsv")!;
        using var reader = new StreamReader(stream);
        string[][] rows =
        [
            .. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')),
        ];
        return rows.All(row => row is [_, _] or [_, _, Held]) ? rows : throw new InvalidDataException("wording.tsv is damaged.");
    }
}
