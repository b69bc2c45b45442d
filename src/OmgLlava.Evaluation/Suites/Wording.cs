using System.Globalization;
using System.Text.RegularExpressions;

namespace OmgLlava.Evaluation.Suites;

/// <summary>Other ways to say what drawn scenes ask for; which one is taken depends on the number of the question
/// alone.</summary>
internal static partial class Wording
{
    private static readonly string[] Wishes =
    [
        "Can you find {0}?",
        "Show me {0}",
        "Could you outline {0} for me?",
        "highlight {0} please",
        "Which pixels are {0}?",
        "Please mark {0} in the photo.",
        "I want you to cut out {0}",
        "Give me the mask of {0}.",
        "locate {0}",
    ];

    private static readonly (string Trained, string Other)[] Same =
    [
        ("bicycle", "bike"),
        ("airplane", "aeroplane"),
        ("gray", "grey"),
        ("purple", "violet"),
        ("largest", "biggest"),
        ("smallest", "tiniest"),
        ("next to", "beside"),
        ("pair of scissors", "scissors"),
        ("soccer ball", "football"),
        ("topmost", "highest"),
        ("to the left of", "left of"),
        ("to the right of", "on the right side of"),
        ("second", "2nd"),
        ("third", "3rd"),
        ("upside-down", "upside down"),
        ("in front of", "that is in front of"),
        ("behind", "standing behind"),
        ("what you would use to", "something you could use to"),
        ("all ", "all the "),
        ("dog", "doggy"),
        ("sailboat", "sailing boat"),
    ];

    private static readonly (Regex Trained, string[] Others)[] QuestionWays =
    [
        (Exists(), ["Can you see {0}?", "Does the picture show {0}?", "do you see {0} in the image", "Is {0} visible?"]),
        (Count(), ["Count the {0}.", "What is the number of {0} in the picture?", "How many {0} can you see?", "how many {0}?"]),
        (Color(), ["Which colour has {0}?", "What colour is {0}?", "What is the color of {0}?", "which color does {0} have"]),
        (
            Place(),
            ["Where's {0}?", "Where can I find {0}?", "In which part of the picture is {0}?", "What is the position of {0}?"]
        ),
    ];

    /// <summary>An expression without its article.</summary>
    public static string Bare(string text) => text.StartsWith("the ", StringComparison.Ordinal) ? text[4..] : text;

    /// <summary>Some of its words by others that mean the same.</summary>
    public static string Other(string text) =>
        Same.Aggregate(text, (before, pair) => Regex.Replace(before, $@"\b{Regex.Escape(pair.Trained)}(?=s?\b|\z)", pair.Other));

    /// <summary>A wish for its mask.</summary>
    public static string Paraphrase(string text, int number) =>
        string.Format(CultureInfo.InvariantCulture, Wishes[number % Wishes.Length], text);

    /// <summary>The same question as another would ask it.</summary>
    public static string ParaphraseQuestion(string text, int number)
    {
        foreach ((Regex trained, string[] others) in QuestionWays)
        {
            if (trained.Match(text) is { Success: true } match)
            {
                return string.Format(CultureInfo.InvariantCulture, others[number % others.Length], match.Groups["what"].Value);
            }
        }

        return text;
    }

    /// <summary>One letter of one word of four letters or more too many, missing, wrong, or in the place of the next.</summary>
    public static string Slip(string text, int number)
    {
        Match[] words = [.. Word().Matches(text).Cast<Match>()];
        if (words.Length == 0)
        {
            return text;
        }

        var random = new Random(number);
        Match word = words[random.Next(words.Length)];
        int at = word.Index + 1 + random.Next(word.Length - 2);
        return random.Next(4) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, text[at].ToString()),
            2 => $"{text[..at]}{text[at + 1]}{text[at]}{text[(at + 2)..]}",
            _ => $"{text[..at]}{(char)('a' + random.Next(26))}{text[(at + 1)..]}",
        };
    }

    [GeneratedRegex("[a-z]{4,}")]
    private static partial Regex Word();

    /// <summary>A trained question that asks whether something is there.</summary>
    [GeneratedRegex(@"\AIs there (?<what>an? .+) in the picture\?\z")]
    public static partial Regex Exists();

    /// <summary>A trained question that asks how many there are.</summary>
    [GeneratedRegex(@"\AHow many (?<what>.+) are there\?\z")]
    public static partial Regex Count();

    /// <summary>A trained question that asks for a colour.</summary>
    [GeneratedRegex(@"\AWhat color is (?<what>the .+)\?\z")]
    public static partial Regex Color();

    /// <summary>A trained question that asks for a place.</summary>
    [GeneratedRegex(@"\AWhere is (?<what>the .+)\?\z")]
    public static partial Regex Place();
}
