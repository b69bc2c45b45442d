using System.Text.RegularExpressions;

namespace OmgLlava.Words;

/// <summary>Puts expressions such as "left bike" into the words of the training: "the bicycle on the left".</summary>
internal sealed partial class ExpressionReader(Lexicon lexicon)
{
    private static readonly string[] Sides = ["left", "right"];

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The user's words.</param>
    /// <returns>The words of the training, and the user's words that the training has not; the expression is null where there
    /// are any.</returns>
    public (string? Expression, IReadOnlyList<string> Unknown) Read(string text) => Read(lexicon.Read(text));

    /// <summary>Reads an expression whose words the lexicon has read.</summary>
    public (string? Expression, IReadOnlyList<string> Unknown) Read(string[] words)
    {
        string plain = string.Join(' ', words);
        Match use = Use().Match(plain);
        string expression =
            use.Success ? $"what you would use to {use.Groups["what"].Value}"
            : Clause().IsMatch(Loose().Replace(plain, "")) ? Fact(Loose().Replace(plain, ""))
            : Noun(Loose().Replace(plain, "").Split(' '));
        string[] unknown = [.. expression.Split(' ').Where(word => !lexicon.Knows(word)).Distinct()];
        return expression is "" or "the" || unknown.Length > 0 ? (null, unknown) : (expression, []);
    }

    /// <summary>The nouns that an expression names, in the singular.</summary>
    public IReadOnlySet<string> NounsOf(string expression)
    {
        string[] words = lexicon.Read(expression);
        var nouns = new HashSet<string>();
        for (int at = 0; at < words.Length;)
        {
            (Noun? noun, int length) = lexicon.At(words, at);
            nouns.UnionWith(noun is null ? [] : [noun.Singular]);
            at += Math.Max(1, length);
        }

        return nouns;
    }

    /// <summary>"animal that gives milk": what stands before "that" gets its article.</summary>
    private static string Fact(string plain)
    {
        string[] words = plain.Split(' ');
        int first = words.TakeWhile(EnglishPhrases.Articles.Contains).Count();
        return words[0] is "every" or "what"
            ? plain
            : $"the {string.Join(' ', words.Skip(first)).Replace(" which ", " that ", StringComparison.Ordinal)}";
    }

    private string Noun(string[] words)
    {
        int first = words
            .TakeWhile(word => EnglishPhrases.Articles.Contains(word) || EnglishPhrases.Totals.Contains(word) || word == "of")
            .Count();
        bool all = words.Take(first).Any(EnglishPhrases.Totals.Contains);
        string[] rest = words[first..];
        int end = EndOf(rest);
        (Noun? noun, int place, int length) = Head(rest, end);
        if (noun is null)
        {
            bool hasArticle = first > 0 || rest is ["one", ..] or [_, "one", ..];
            return string.Join(' ', [.. hasArticle || rest.Length > 0 ? (string[])["the"] : [], .. rest]);
        }

        List<string> before = [.. rest[..place]];
        string after = Object(rest[(place + length)..]);
        (before, after) = Adjective(before, after);
        (before, after) = Place(before, after);
        bool several = string.Join(' ', rest.Skip(place).Take(length)) == noun.Plural && noun.Plural != noun.Singular;
        all = (all || (several && after.Length == 0)) && !before.Exists(EnglishPhrases.Singling.Contains);
        string name = all || several ? noun.Plural : noun.Singular;
        bool colored = before is [var look] && lexicon.Adjectives.Contains(look) && !EnglishPhrases.States.Contains(look);
        name = name == "thing" && !all && colored ? "one" : name; // as the training says it
        return string.Join(' ', [all ? "all" : "the", .. before, name, .. after.Length > 0 ? (string[])[after] : []]);
    }

    /// <summary>Where what describes the noun itself ends.</summary>
    private static int EndOf(string[] words)
    {
        string plain = $" {string.Join(' ', words)} ";
        int end = EnglishPhrases
            .Prepositions.Where(word => word != "of")
            .Append("that")
            .Select(word => plain.IndexOf($" {word} ", StringComparison.Ordinal))
            .Where(at => at > 0)
            .DefaultIfEmpty(plain.Length - 1)
            .Min();
        return plain[..end].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    /// <summary>The last noun before a place.</summary>
    private (Noun? Noun, int Place, int Length) Head(string[] words, int end)
    {
        (Noun? Noun, int Place, int Length) head = (null, 0, 0);
        for (int at = 0; at < end;)
        {
            (Noun? noun, int length) = lexicon.At(words, at);
            head = noun is null ? head : (noun, at, length);
            at += Math.Max(1, length);
        }

        return head;
    }

    /// <summary>"behind a tree": the article of what it stands to.</summary>
    private string Object(string[] words)
    {
        string plain = string.Join(' ', words);
        string? preposition = EnglishPhrases.Prepositions.FirstOrDefault(word =>
            plain.StartsWith($"{word} ", StringComparison.Ordinal)
        );
        if (preposition is null)
        {
            return plain;
        }

        string[] other = plain[(preposition.Length + 1)..].Split(' ');
        other = [.. other.SkipWhile(EnglishPhrases.Articles.Contains)];
        return
            lexicon.At(other, 0).Noun is { } noun
            && other.Length == noun.Plural.Split(' ').Length
            && string.Join(' ', other) == noun.Plural
            ? $"{preposition} the {noun.Singular}"
            : $"{preposition} the {string.Join(' ', other)}";
    }

    /// <summary>"cat that is black": a black cat.</summary>
    private (List<string> Before, string After) Adjective(List<string> before, string after)
    {
        const string Is = "that is ";
        return after.StartsWith(Is, StringComparison.Ordinal) && lexicon.Adjectives.Contains(after[Is.Length..])
            ? ([.. before, after[Is.Length..]], "")
            : (before, after);
    }

    /// <summary>"left cat", "second cat": where it stands comes after the noun.</summary>
    private static (List<string> Before, string After) Place(List<string> before, string after)
    {
        before =
        [
            .. before.Select(word =>
                word switch
                {
                    "top" => "topmost",
                    "bottom" => "lowest",
                    _ => word,
                }
            ),
        ];
        if (after.Length == 0 && before.Find(Sides.Contains) is { } side)
        {
            return ([.. before.Where(word => word != side)], $"on the {side}");
        }

        if (
            before.Find(word => word == "last" || EnglishPhrases.Ordinals.Contains(word)) is not { } rank
            || after is not ("" or "from the left" or "from the right")
        )
        {
            return (before, after);
        }

        bool fromRight = after == "from the right";
        string? end = (rank, fromRight) switch
        {
            ("first", false) or ("last", true) => "leftmost",
            ("first", true) or ("last", false) => "rightmost",
            _ => null,
        };
        return end is null
            ? (before, after.Length == 0 ? "from the left" : after)
            : ([.. before.Select(word => word == rank ? end : word)], "");
    }

    [GeneratedRegex(
        @"\A(?:the |a |an |any |some )?(?:thing|things|something|anything|tool|what|which thing|one)(?: that)?(?: (?:is|are|could be|can be|was|were))?(?: (?:do|does|can|could|would|"
            + @"should|might|must|may|will))?(?: (?:you|i|we|one|people|somebody|someone))?(?: (?:can|could|would|should|might|may|will|have))?(?: (?:use|used|need|needed|take|want|good|"
            + @"meant|made|useful))? to (?<what>.+?)(?: with)?\z"
    )]
    private static partial Regex Use();

    [GeneratedRegex(
        @"\A(?:the |a |an |every |any |some )?[a-z -]+? (?:that|which) (?!is (?:on|behind|next|in front|to the|above|below|under)\b)(?!is [a-z-]+\z)|\Awhat you would use to "
    )]
    private static partial Regex Clause();

    /// <summary>Verbs that say no more than the preposition after them.</summary>
    [GeneratedRegex(
        @" (?:(?:that|which|who) (?:is|are|stands|stand|lies|lie|sits|sit)|stands|stand|lies|lie|sits|sit|sitting|standing|lying|located|placed|positioned|parked|visible|resting)+"
            + @"(?: (?:sitting|standing|lying|located|placed|positioned|parked|visible|resting))?"
            + @"(?= (?:on|behind|next to|in front of|to the (?:left|right) of|above|below|under|from) )|(?<=[a-z])(?: |-)colored(?= )"
    )]
    private static partial Regex Loose();
}
