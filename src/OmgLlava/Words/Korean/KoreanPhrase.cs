using System.Text.RegularExpressions;

namespace OmgLlava.Words.Korean;

/// <summary>Says the phrases of answers in Korean: "the second cat from the left" is 왼쪽에서 두 번째 고양이.</summary>
internal sealed partial class KoreanPhrase(KoreanNames names)
{
    private static readonly string[] Numbers =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    private static readonly Dictionary<string, string> Singling = new()
    {
        ["leftmost"] = "가장 왼쪽",
        ["rightmost"] = "가장 오른쪽",
        ["topmost"] = "가장 위쪽",
        ["lowest"] = "가장 아래쪽",
        ["largest"] = "가장 큰",
        ["smallest"] = "가장 작은",
    };

    private static readonly Dictionary<string, string> Relations = new()
    {
        ["to the left of"] = "왼쪽",
        ["to the right of"] = "오른쪽",
        ["in front of"] = "앞",
        ["next to"] = "옆",
        ["behind"] = "뒤",
        ["above"] = "위쪽",
        ["below"] = "아래쪽",
        ["under"] = "밑",
        ["on"] = "위",
    };

    /// <summary>A number from none to ten, by its English word; -1 for another word.</summary>
    public static int Number(string word) => Array.IndexOf(Numbers, word == "none" ? "no" : word);

    /// <summary>A side or corner of the picture: "at the top left" is 왼쪽 위; null for other words.</summary>
    public static string? Corner(string english)
    {
        Match corner = Corners().Match(english);
        string row = corner.Groups["row"].Value == "top" ? "위" : "아래";
        string side = corner.Groups["side"].Value == "left" ? "왼쪽" : "오른쪽";
        return !corner.Success ? null
            : english.EndsWith("middle", StringComparison.Ordinal) ? "가운데"
            : !corner.Groups["side"].Success ? $"{row}쪽"
            : corner.Groups["row"].Success ? $"{side} {row}"
            : side;
    }

    /// <summary>Where something is, as it stands before "is": "on the grass" is 잔디 위; null for other words.</summary>
    public string? Place(string english)
    {
        string text = OfPicture().Replace(english, "");
        return InPicture().IsMatch(text) ? "그림 속"
            : Corner(text) is { } corner ? $"그림 {corner}"
            : Standing().Match(text) is { Success: true } place && names.NounOf(place.Groups["noun"].Value) is { } noun
                ? $"{noun}{(place.Groups["how"].Value == "in" ? "" : $" {Relations[place.Groups["how"].Value]}")}"
            : null;
    }

    /// <summary>A phrase; null where a part of it has no Korean here.</summary>
    public string? Of(string english)
    {
        string text = english.Trim().TrimEnd('.');
        text = text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : text;
        if (Use().Match(text) is { Success: true } use)
        {
            return names.ClauseOf(use.Groups["what"].Value) is { } purpose ? $"{purpose} 데 쓰는 것" : null;
        }

        if (Fact().Match(text) is { Success: true } fact)
        {
            bool every = fact.Groups["how"].Value == "every";
            return names.ClauseOf(fact.Groups["what"].Value) is { } clause && names.NounOf(fact.Groups["noun"].Value) is { } kind
                ? $"{(every ? "모든 " : "")}{clause} {kind}"
                : null;
        }

        Match after = After().Match(text);
        string before = after.Success ? text[..after.Index] : text;
        string? where = after.Success ? Behind(after) : "";
        return where is null ? null : Simple(before.Split(' '), where);
    }

    private string? Behind(Match after)
    {
        if (after.Groups["from"].Success)
        {
            return after.Groups["from"].Value == "left" ? "왼쪽에서 " : "오른쪽에서 ";
        }

        if (after.Groups["at"].Success)
        {
            return $"{Corner(after.Value.Trim())}에 있는 ";
        }

        return names.NounOf(after.Groups["noun"].Value) is { } noun
            ? $"{noun} {Relations[after.Groups["how"].Value]}에 있는 "
            : null;
    }

    /// <summary>Article or number, adjectives, noun.</summary>
    private string? Simple(string[] words, string where)
    {
        string first = words[0];
        int number = Number(first);
        int start = first is "a" or "an" or "the" or "all" or "every" or "some" || number >= 0 ? 1 : 0;
        string said = first is "all" or "every" ? "모든 " : "";
        said += where;
        for (int at = start; at < words.Length; at++)
        {
            string rest = string.Join(' ', words[at..]);
            if ((rest is "one" or "ones" ? "것" : names.NounOf(rest)) is { } noun)
            {
                return number > 1 ? $"{said}{noun} {KoreanText.Numbers[number]}" : said + noun;
            }

            int rank = EnglishPhrases.Ordinals.IndexOf(words[at]);
            string? word =
                rank >= 0 ? $"{KoreanText.Ranks[rank]} 번째"
                : Singling.GetValueOrDefault(words[at]) ?? KoreanNames.AdjectiveOf(words[at]);
            if (word is null)
            {
                return null;
            }

            said += $"{word} ";
        }

        return null;
    }

    [GeneratedRegex(@"\A(?:at the (?<row>top|bottom)(?: (?<side>left|right))?|on the (?<side>left|right)|in the middle)\z")]
    private static partial Regex Corners();

    [GeneratedRegex(@"\Ain the picture\z")]
    private static partial Regex InPicture();

    [GeneratedRegex(@"(?<=.) of the picture\z")]
    private static partial Regex OfPicture();

    [GeneratedRegex(@"\A(?<how>in front of|in|on) the (?<noun>.+)\z")]
    private static partial Regex Standing();

    [GeneratedRegex(@"\Awhat you would use to (?<what>.+)\z")]
    private static partial Regex Use();

    [GeneratedRegex(@"\A(?<how>the|every) (?<noun>[a-z -]+?) that (?<what>.+)\z")]
    private static partial Regex Fact();

    [GeneratedRegex(
        @" (?:from the (?<from>left|right)|(?<at>on the left|on the right|in the middle|at the (?:top|bottom)(?: left| right)?)"
            + @"|(?<how>to the left of|to the right of|in front of|next to|behind|above|below|under|on) the (?<noun>.+))\z"
    )]
    private static partial Regex After();
}
