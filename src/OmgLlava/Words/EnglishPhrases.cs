using System.Collections.Immutable;

namespace OmgLlava.Words;

/// <summary>English words that questions are made of, whatever they are about, and which of them mean the same.</summary>
internal static class EnglishPhrases
{
    /// <summary>Where a noun ends and what it stands to begins.</summary>
    public static IReadOnlyList<string> Prepositions { get; } =
    [
        "to the left of",
        "to the right of",
        "in front of",
        "next to",
        "behind",
        "above",
        "below",
        "under",
        "on",
        "from",
        "in",
        "at",
        "with",
        "of",
        "between",
    ];

    /// <summary>What stands before a noun and says nothing about it.</summary>
    public static IReadOnlySet<string> Articles { get; } =
        new HashSet<string>
        {
            "the",
            "a",
            "an",
            "any",
            "some",
            "this",
            "that",
            "these",
            "those",
            "my",
            "your",
            "his",
            "her",
            "its",
            "our",
            "their",
        };

    /// <summary>Words for what was spoken of before, which only the model can know.</summary>
    public static IReadOnlySet<string> Pronouns { get; } = new HashSet<string>
    {
        "it",
        "this",
        "that",
        "these",
        "those",
        "they",
        "them",
        "he",
        "she",
        "him",
        "her",
        "one",
        "there",
    };

    /// <summary>Words that ask for all of a kind.</summary>
    public static IReadOnlySet<string> Totals { get; } = new HashSet<string> { "all", "every", "each", "both" };

    /// <summary>Words for the state of a thing, which is no colour: "the red one", but "the broken thing".</summary>
    public static IReadOnlySet<string> States { get; } = new HashSet<string> { "broken", "upside-down" };

    /// <summary>Ranks in a row.</summary>
    public static ImmutableArray<string> Ordinals { get; } = ["first", "second", "third", "fourth", "fifth", "sixth"];

    /// <summary>Words that tell one thing from the others of its kind.</summary>
    public static IReadOnlySet<string> Singling { get; } =
        new HashSet<string>
        {
            "leftmost",
            "rightmost",
            "topmost",
            "lowest",
            "largest",
            "smallest",
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "last",
        };

    /// <summary>Other ways to say what the training says; the longest that fits counts, and some stand for themselves so that
    /// no shorter one cuts them.</summary>
    public static IReadOnlyDictionary<string, string> Same { get; } =
        Table(
            "leftmost = left most, left-most, far left, furthest left, farthest left",
            "rightmost = right most, right-most, far right, furthest right, farthest right",
            "topmost = top most, top-most, uppermost, highest",
            "lowest = bottommost, bottom most, bottom-most, lowermost",
            "largest = biggest, bigger, larger, greatest",
            "smallest = tiniest, littlest, smaller",
            "first = 1st",
            "second = 2nd",
            "third = 3rd",
            "fourth = 4th",
            "fifth = 5th",
            "sixth = 6th",
            "next to = beside, near, near to, close to, adjacent to, alongside, besides, right next to, by the side of",
            "to the left of = to the left of, to left of, left of, on the left of, on the left side of, to the left side of, at the left of, left from",
            "to the right of = to the right of, to right of, right of, on the right of, on the right side of, to the right side of, at the right of, right from",
            "on the left = on the left, at the left, on the left side, on left, at left, to the left, on the left-hand side, on the left hand side",
            "on the right = on the right, at the right, on the right side, on right, at right, to the right, on the right-hand side, on the right hand side",
            "from the left = from the left, from left, counting from the left, from the left side",
            "from the right = from the right, from right, counting from the right, from the right side",
            "behind = in back of, at the back of",
            "on = on top of, atop, upon",
            "below = underneath, beneath",
            "color = colour",
            "colors = colours",
            "colored = coloured",
            "left = left-hand, left hand",
            "right = right-hand, right hand"
        );

    /// <summary>Small words of questions and expressions that every model knows.</summary>
    public static IReadOnlySet<string> Small { get; } =
        new HashSet<string>(
            (
                "the a an all every each both of one ones thing things what which where who how many is are there that to in on at from with and or not it this "
                + "you would use color colors picture image left right top bottom middle center side leftmost rightmost topmost lowest largest smallest first second third "
                + "fourth fifth sixth last next front behind above below under between"
            ).Split(' ')
        );

    /// <summary>Words that a slip of the pen may have been meant to be.</summary>
    public static IReadOnlyList<string> Correctable { get; } =
        (
            "left right front above below under behind next leftmost rightmost topmost lowest largest smallest biggest beside second third fourth many there where what "
            + "which color colour picture image count list describe segment middle bottom between things from every"
        ).Split(' ');

    private static Dictionary<string, string> Table(params string[] lines) =>
        lines
            .Select(line => line.Split(" = "))
            .SelectMany(sides => sides[1].Split(", ").Select(other => (other, sides[0])))
            .ToDictionary();
}
