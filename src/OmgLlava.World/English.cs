using System.Globalization;

namespace OmgLlava.World;

/// <summary>The little grammar that scene texts need.</summary>
internal static class English
{
    private static readonly string[] Numbers =
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ];

    private static readonly string[] Ordinals =
    [
        "zeroth",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    ];

    /// <summary>Beginnings that are written with a vowel and spoken as "you" or "won".</summary>
    private static readonly string[] SpokenAsConsonant = ["uni", "use", "eu", "ewe"];

    private static readonly Dictionary<string, string> Irregular = new()
    {
        ["person"] = "people",
        ["sheep"] = "sheep",
        ["skis"] = "skis",
        ["piece of clothing"] = "pieces of clothing",
        ["piece of furniture"] = "pieces of furniture",
        ["fruit"] = "fruits",
        ["food"] = "foods",
    };

    public static string Number(int count) =>
        count < Numbers.Length ? Numbers[count] : count.ToString(CultureInfo.InvariantCulture);

    public static string Ordinal(int rank) => Ordinals[rank];

    /// <summary>"a cat", "an apple"; "something" stays alone.</summary>
    public static string A(string noun) =>
        noun == "something" ? noun
        : "aeiou".Contains(noun[0], StringComparison.Ordinal) && !SpokenAsConsonant.Any(noun.StartsWith) ? $"an {noun}"
        : $"a {noun}";

    public static string Plural(string noun) =>
        Irregular.TryGetValue(noun, out string? plural) ? plural
        : noun.EndsWith('s')
        || noun.EndsWith('x')
        || noun.EndsWith("ch", StringComparison.Ordinal)
        || noun.EndsWith("sh", StringComparison.Ordinal)
            ? $"{noun}es"
        : noun.EndsWith('y') && !"aeiou".Contains(noun[^2], StringComparison.Ordinal) ? $"{noun[..^1]}ies"
        : $"{noun}s";

    /// <summary>"a, b and c".</summary>
    public static string List(IReadOnlyList<string> parts) =>
        parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}";

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
