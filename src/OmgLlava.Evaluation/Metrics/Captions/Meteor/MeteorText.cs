using System.Text;
using System.Text.RegularExpressions;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>METEOR's own tokenizer (its option <c>-norm</c>, English): splits punctuation off and dashes and contractions
/// apart.</summary>
internal static partial class MeteorText
{
    private const string Alpha =
        "A-Za-z\u0160\u017D\u0161\u017E\u0178\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u017E\u0400-\u04FF\u0500-\u0527\uA640-\uA66E\uA67E-\uA697\u1D00-\u1D7F";
    private const string Alnum = "0-9" + Alpha;

    // Stands for the stops of an ellipsis while single stops are looked at.
    private const char Ellipsis = '\uE000';

    // Abbreviations whose full stop stays, after Moses' list for English; some stand before numbers only.
    private static readonly HashSet<string> KeepsStop =
    [
        .. (
            "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con "
            + "Corp Cpl DR Dr Drs Ens "
            + "Gen Gov Hon Hr Hosp Insp Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps "
            + "Res Rev Rt Sen Sens Sfc Sgt "
            + "Sr St Supt Surg v vs i.e rev e.g Nos Nr"
        ).Split(' '),
    ];

    private static readonly HashSet<string> KeepsStopBeforeNumbers = ["No", "Art", "pp"];

    /// <summary>The words of a line, parted by single spaces.</summary>
    public static string Normalize(string line)
    {
        string text = Symbol().Replace($" {line} ", " $0 ");
        text = Stops().Replace(text, stops => $" {new string(Ellipsis, stops.Length)} ");
        text = CommaAmongWords().Replace(text, "$1 , $2");
        text = CommaAfterDigit().Replace(text, "$1 , $2");
        text = CommaBeforeDigit().Replace(text, "$1 , $2");
        text = SingleQuote().Replace(text, "'");
        text = DoubleQuote().Replace(text, " \" ");
        text = text.Replace('\u2013', '-').Replace("--", "-", StringComparison.Ordinal);
        text = Dash().Replace(text, "$1 $2");
        text = LoneApostrophe().Replace(text, "$1 ' $2");
        text = ApostropheBefore().Replace(text, "$1 ' $2");
        text = ApostropheAfter().Replace(text, "$1 ' $2");
        text = Contraction().Replace(text, "$1 '$2");
        text = Decade().Replace(text, "$1 '$2");
        text = SplitStops(text.Split((char[])[' ', '\t', '\n', '\r', '\f'], StringSplitOptions.RemoveEmptyEntries))
            .Replace(Ellipsis, '.');
        return WhiteSpace().Replace(text, " ").Trim(' ');
    }

    /// <summary>Parts a full stop from its word, unless the word is an abbreviation or a small letter follows.</summary>
    private static string SplitStops(string[] words)
    {
        var text = new StringBuilder();
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            string next = i + 1 < words.Length ? words[i + 1] : "";
            string stem = word.Length > 1 && word[^1] == '.' ? word[..^1] : "";
            string written =
                stem.Length == 0 ? word
                : stem.Contains('.', StringComparison.Ordinal) && Letter().IsMatch(stem)
                    ? word.Replace(".", "", StringComparison.Ordinal)
                : KeepsStop.Contains(stem) || (next.Length > 0 && char.IsAsciiLetterLower(next[0])) ? word
                : KeepsStopBeforeNumbers.Contains(stem) && next.Length > 0 && char.IsAsciiDigit(next[0]) ? word
                : stem + " .";
            text.Append(written).Append(' ');
        }

        return text.ToString();
    }

    [GeneratedRegex(
        "[\uD800-\uDBFF][\uDC00-\uDFFF]|[^" + Alnum + "\\u0009-\\u000D .'`,\\-\u2018\u2019]",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Symbol();

    [GeneratedRegex(@"\.\.+", RegexOptions.CultureInvariant)]
    private static partial Regex Stops();

    [GeneratedRegex("([^0-9]),([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex CommaAmongWords();

    [GeneratedRegex("([0-9]),([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex CommaAfterDigit();

    [GeneratedRegex("([^0-9]),([0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex CommaBeforeDigit();

    [GeneratedRegex("[`\u2018\u2019]", RegexOptions.CultureInvariant)]
    private static partial Regex SingleQuote();

    [GeneratedRegex("[\u201C\u201D]|''", RegexOptions.CultureInvariant)]
    private static partial Regex DoubleQuote();

    [GeneratedRegex("([" + Alnum + ".])-([" + Alnum + "])", RegexOptions.CultureInvariant)]
    private static partial Regex Dash();

    [GeneratedRegex("([^" + Alpha + "])'([^" + Alpha + "])", RegexOptions.CultureInvariant)]
    private static partial Regex LoneApostrophe();

    [GeneratedRegex("([^" + Alnum + "])'([" + Alpha + "])", RegexOptions.CultureInvariant)]
    private static partial Regex ApostropheBefore();

    [GeneratedRegex("([" + Alpha + "])'([^" + Alpha + "])", RegexOptions.CultureInvariant)]
    private static partial Regex ApostropheAfter();

    [GeneratedRegex("([" + Alpha + "])'([" + Alpha + "])", RegexOptions.CultureInvariant)]
    private static partial Regex Contraction();

    [GeneratedRegex("([0-9])'(s)", RegexOptions.CultureInvariant)]
    private static partial Regex Decade();

    [GeneratedRegex("[" + Alpha + "]", RegexOptions.CultureInvariant)]
    private static partial Regex Letter();

    [GeneratedRegex("[ \u2000-\u200A\u202F\u205F\u3000\u00A0]+", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace();
}
