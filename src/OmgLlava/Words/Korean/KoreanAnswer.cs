using System.Text;
using System.Text.RegularExpressions;

namespace OmgLlava.Words.Korean;

/// <summary>Says the answers of a model that was taught English in Korean. What has no Korean here stays as it is.</summary>
internal sealed partial class KoreanAnswer(KoreanNames names)
{
    private readonly KoreanPhrase _phrases = new(names);

    /// <summary>An answer in Korean, with the same masks; the answer itself where a part of it cannot be said.</summary>
    public Reply Translate(Reply reply)
    {
        var draft = new Draft();
        if (Whole(reply.Text.Trim()) is { } whole)
        {
            draft.Text.Append(whole);
        }
        else if (!Sentences(reply.Text, draft))
        {
            return reply;
        }

        var segments = new List<Segment>();
        foreach (Segment segment in reply.Segments)
        {
            (int Start, int End)? place = segment.Start == segment.End ? (0, 0) : draft.PlaceOf(segment.Start, segment.End);
            string phrase = _phrases.Of(segment.Phrase) ?? segment.Phrase;
            if (place is not var (start, end))
            {
                if (segment.Found)
                {
                    return reply;
                }

                (start, end) = (0, 0);
            }

            segments.Add(segment with { Phrase = phrase, Start = start, End = end });
        }

        return reply with { Text = draft.Text.ToString(), Segments = segments };
    }

    /// <summary>Short answers, which have no masks.</summary>
    private string? Whole(string text)
    {
        string bare = text.TrimEnd('.');
        string small = bare.ToLowerInvariant();
        return small switch
        {
            "yes" => "네, 있습니다.",
            "no" => "아니요, 없습니다.",
            "the first one" => "첫 번째 것입니다.",
            "the second one" => "두 번째 것입니다.",
            "something" => "무엇인지 모르겠습니다.",
            "there is nothing like that in this image" => "이 사진에는 그런 것이 없습니다.",
            _ when KoreanPhrase.Number(small) is >= 0 and var number => number == 0
                ? "하나도 없습니다."
                : KoreanText.Is(KoreanText.Numbers[number]),
            _ when KoreanNames.ColorOf(small) is { } color => KoreanText.Is(color),
            _ when KoreanPhrase.Corner(small) is { } corner => $"{corner}에 있습니다.",
            _ when bare.StartsWith("To ", StringComparison.Ordinal) && names.ClauseOf(bare[3..]) is { } use =>
                $"{use} 데 씁니다.",
            _ => !text.EndsWith('.') ? names.NounOf(small) : null,
        };
    }

    private bool Sentences(string text, Draft draft)
    {
        foreach (Match sentence in Sentence().Matches(text))
        {
            draft.Text.Append(draft.Text.Length > 0 ? " " : "");
            Group words = sentence.Groups["words"];
            if (!(There(words, draft) || Standing(words, draft) || Region(words, draft) || List(words, draft)))
            {
                return false;
            }
        }

        return draft.Text.Length > 0;
    }

    /// <summary>"There is grass and a brick wall, too."</summary>
    private bool There(Group words, Draft draft)
    {
        Match match = ThereForm().Match(words.Value);
        if (!match.Success || !Items(match.Groups["items"], words.Index, draft))
        {
            return false;
        }

        draft.EndAs(match.Groups["too"].Success ? noun => $"{noun}도" : KoreanText.Subject);
        draft.Text.Append(" 있습니다.");
        return true;
    }

    /// <summary>"A red car and two cats are on the grass."</summary>
    private bool Standing(Group words, Draft draft)
    {
        Match match = StandingForm().Match(words.Value);
        Group place = match.Groups["place"];
        if (!match.Success || _phrases.Place(place.Value) is not { } where)
        {
            return false;
        }

        int stuff = place.Value.IndexOf("the ", StringComparison.Ordinal);
        int noun = place.Value.LastIndexOf("the ", StringComparison.Ordinal) + 4;
        int start = draft.Text.Length;
        draft.Text.Append(where).Append("에 ");
        if (stuff >= 0 && names.NounOf(place.Value[noun..]) is { } ground)
        {
            int from = words.Index + place.Index;
            draft.Note((from + stuff, from + place.Length), (start, start + ground.Length));
        }

        if (!Items(match.Groups["items"], words.Index, draft))
        {
            draft.Text.Length = start;
            return false;
        }

        draft.EndAs(KoreanText.Subject);
        draft.Text.Append(" 있습니다.");
        return true;
    }

    /// <summary>"A red cup on the grass, at the top left of the picture."</summary>
    private bool Region(Group words, Draft draft)
    {
        Match match = RegionForm().Match(words.Value);
        string?[] places = [.. match.Groups["places"].Value.Split(", ").Select(_phrases.Place).Reverse()];
        if (!match.Success || places.Contains(null) || _phrases.Of(match.Groups["what"].Value) is not { } what)
        {
            return false;
        }

        draft.Text.Append($"{string.Join(", ", places)}에 있는 {KoreanText.Is(what)}");
        return true;
    }

    /// <summary>"A red car at the top left, a cat, a dog on the right."</summary>
    private bool List(Group words, Draft draft)
    {
        if (!Items(words, 0, draft))
        {
            return false;
        }

        draft.Text.Append("입니다.");
        return true;
    }

    private bool Items(Group items, int offset, Draft draft)
    {
        int before = draft.Text.Length;
        int at = 0;
        foreach (string item in Between().Split(items.Value))
        {
            if (Between().IsMatch(item))
            {
                draft.Text.Append(", ");
            }
            else if (_phrases.Of(item) is { } phrase)
            {
                int start = draft.Text.Length;
                draft.Text.Append(phrase);
                int from = offset + items.Index + at;
                draft.Note((from, from + item.Length), (start, draft.Text.Length));
            }
            else
            {
                draft.Text.Length = before;
                return false;
            }

            at += item.Length;
        }

        return true;
    }

    /// <summary>What is written of an answer, and where its phrases went.</summary>
    private sealed class Draft
    {
        private readonly List<((int, int) From, (int Start, int End) To)> _phrases = [];

        public StringBuilder Text { get; } = new();

        public void Note((int, int) from, (int, int) to) => _phrases.Add((from, to));

        public (int Start, int End)? PlaceOf(int start, int end) =>
            _phrases.Where(phrase => phrase.From == (start, end)).Select(phrase => ((int, int)?)phrase.To).FirstOrDefault();

        /// <summary>Gives the last word its particle.</summary>
        public void EndAs(Func<string, string> write)
        {
            string text = Text.ToString();
            int start = text.LastIndexOf(' ') + 1;
            Text.Length = start;
            Text.Append(write(text[start..]));
        }
    }

    [GeneratedRegex(@"\s*(?<words>[^.]+?)\s*(?:\.|\z)")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\A(?:There is|There are) (?<items>.+?)(?<too>, too)?\z")]
    private static partial Regex ThereForm();

    [GeneratedRegex(@"\A(?<items>.+) (?:is|are) (?<place>(?:in front of|in|on|at) the .+)\z")]
    private static partial Regex StandingForm();

    [GeneratedRegex(@"\A(?<what>[Aa]n? [^,]+?) (?<places>(?:in front of|in|on|at) the [^,]+(?:, (?:in|on|at) the [^,]+)?)\z")]
    private static partial Regex RegionForm();

    [GeneratedRegex("(, and |, | and )")]
    private static partial Regex Between();
}
