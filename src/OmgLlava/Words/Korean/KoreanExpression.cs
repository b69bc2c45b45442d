using System.Text.RegularExpressions;

namespace OmgLlava.Words.Korean;

/// <summary>Puts Korean expressions such as 왼쪽에서 두 번째 고양이 into the words of the training: "the second cat from the
/// left".</summary>
internal sealed partial class KoreanExpression(KoreanNames names)
{
    private const string Thing = "thing";

    /// <summary>Reads an expression.</summary>
    /// <param name="words">The user's words without spaces, perhaps with a particle behind them.</param>
    /// <returns>The expression in English; null where a part of it is not understood.</returns>
    public string? Read(string words) => KoreanText.WithoutParticle(words).Select(Whole).FirstOrDefault(read => read is not null);

    /// <summary>A noun alone.</summary>
    /// <returns>Its English singular; null for anything else.</returns>
    public string? ReadNoun(string words) =>
        KoreanText
            .WithoutParticle(words)
            .SelectMany(OneOrAll)
            .SelectMany(one => names.NounsAtEnd(one.Words))
            .Where(read => read.Before.Length == 0)
            .Select(read => read.Noun)
            .FirstOrDefault();

    private string? Whole(string words)
    {
        if (Use().Match(words) is { Success: true } use && names.ReadClause(use.Groups["what"].Value) is { } purpose)
        {
            return $"what you would use to {purpose}";
        }

        string bare = All().Replace(words, "");
        return OneOrAll(bare).SelectMany(one => names
            .NounsAtEnd(one.Words)
            .Select(read => Of(read.Noun, read.Before, one.All || bare.Length < words.Length))
        ).FirstOrDefault(read => read is not null);
    }

    /// <summary>Words as they are, and without what makes them several, where they end with it: 고양이들, 고양이 모두.</summary>
    private static IEnumerable<(string Words, bool All)> OneOrAll(string words) =>
        Several().IsMatch(words) ? [(words, false), (Several().Replace(words, ""), true)] : [(words, false)];

    /// <summary>A noun with what stands before it.</summary>
    private string? Of(string noun, string before, bool all)
    {
        if (names.ReadClause(before) is { } fact)
        {
            return $"{(all ? "every" : "the")} {noun} that {fact}";
        }

        var words = new List<string>();
        string after = "";
        while (before.Length > 0)
        {
            if (KoreanNames.TryAdjective(before, out string adjective, out string rest))
            {
                words.Insert(0, adjective);
            }
            else if (Extreme().Match(before) is { Success: true } extreme)
            {
                words.Insert(0, Singling(extreme.Groups["what"].Value));
                rest = before[..extreme.Index];
            }
            else if (Rank().Match(before) is { Success: true } rank)
            {
                int place = KoreanText.Ranks.IndexOf(rank.Groups["rank"].Value);
                words.Insert(0, EnglishPhrases.Ordinals[place]);
                after = $"from the {(rank.Groups["side"].Value.StartsWith('오') ? "right" : "left")}";
                rest = before[..rank.Index];
            }
            else if (Place().Match(before) is { Success: true } place && Relation(before[..place.Index], place) is { } relation)
            {
                (after, rest) = (relation, "");
            }
            else
            {
                return null;
            }

            before = rest;
        }

        bool colored = words is [var look] && after.Length == 0 && KoreanNames.ColorOf(look) is not null;
        string name =
            all ? names.PluralOf(noun)
            : noun == Thing && colored ? "one" // as the training says it
            : noun;
        return string.Join(' ', [all ? "all" : "the", .. words, name, .. after.Length > 0 ? (string[])[after] : []]);
    }

    /// <summary>"behind the bus"; of no other thing, a side of the picture.</summary>
    private string? Relation(string other, Match place)
    {
        string where = place.Groups["where"].Value;
        if (other.Length == 0)
        {
            return where[0] switch
            {
                '왼' => "on the left",
                '오' => "on the right",
                '위' => "at the top",
                '아' or '밑' => "at the bottom",
                _ => null,
            };
        }

        return ReadNoun(other) is not { } noun ? null
            : $"{Preposition(where)} the {noun}";
    }

    private static string Preposition(string where) =>
        where switch
        {
            "위" => "on",
            "밑" => "under",
            _ => where[0] switch
            {
                '왼' => "to the left of",
                '오' => "to the right of",
                '위' => "above",
                '아' => "below",
                '뒤' => "behind",
                '앞' => "in front of",
                _ => "next to",
            },
        };

    private static string Singling(string what) =>
        what[0] switch
        {
            '왼' => "leftmost",
            '오' => "rightmost",
            '위' => "topmost",
            '큰' => "largest",
            '작' => "smallest",
            _ => "lowest",
        };

    [GeneratedRegex(@"\A(?:모든|온갖|전체)")]
    private static partial Regex All();

    [GeneratedRegex(@"(?:들?(?:을|를)?(?:모두|전부|다)|들)\z")]
    private static partial Regex Several();

    [GeneratedRegex(
        @"\A(?<what>.+?)(?:데에?|때|용도로)?(?:쓰는|쓸|사용하는|사용할|쓸수있는|사용할수있는|필요한)(?:것|물건|도구|물체|사물|거)\z"
    )]
    private static partial Regex Use();

    [GeneratedRegex(
        @"(?:(?:가장|제일|맨)(?<what>왼쪽|왼편|오른쪽|오른편|위쪽|위|아래쪽|아래|밑|큰|작은)(?:에있는|의|에)?)\z"
    )]
    private static partial Regex Extreme();

    [GeneratedRegex(@"(?:(?<side>왼쪽|왼편|오른쪽|오른편)(?:에서부터|에서|부터))?(?<rank>첫|두|세|네|다섯|여섯)번째(?:에있는|의)?\z")]
    private static partial Regex Rank();

    [GeneratedRegex(
        @"(?:의|바로)?(?<where>왼쪽|왼편|오른쪽|오른편|위쪽|위|아래쪽|아래|밑|앞쪽|앞|뒤쪽|뒤|옆쪽|옆|곁)(?:에있는|에놓인|에서있는|에앉아있는|에위치한|에보이는|의|에)?\z"
    )]
    private static partial Regex Place();
}
