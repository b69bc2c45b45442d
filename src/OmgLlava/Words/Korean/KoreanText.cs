using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace OmgLlava.Words.Korean;

/// <summary>The little grammar of Korean that questions and answers need.</summary>
internal static partial class KoreanText
{
    private const char FirstSyllable = '\uAC00';
    private const char LastSyllable = '\uD7A3';
    private const int Finals = 28;

    /// <summary>Longest first, so that none is cut by a shorter one.</summary>
    private static readonly string[] Particles = ["에서", "에는", "으로", "은", "는", "이", "가", "을", "를", "의", "도", "만", "에"];

    /// <summary>Native numbers, from none to ten.</summary>
    public static IReadOnlyList<string> Numbers { get; } =
        ["없음", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열"];

    /// <summary>Ranks in a row, from the first on.</summary>
    public static ImmutableArray<string> Ranks { get; } = ["첫", "두", "세", "네", "다섯", "여섯"];

    /// <summary>Whether most letters of a text are Korean.</summary>
    public static bool IsKorean(string text)
    {
        string words = Placeholder().Replace(text, "");
        return words.Count(IsSyllable) * 2 > words.Count(char.IsLetter);
    }

    /// <summary>A text without spaces and punctuation, which people set as they like; placeholders stay.</summary>
    public static string Squeeze(string text)
    {
        var squeezed = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsLetterOrDigit(c) || c is '<' or '>' or '-')
            {
                squeezed.Append(char.ToLowerInvariant(c));
            }
        }

        return squeezed.ToString();
    }

    /// <summary>A noun with each particle that it may end with taken off, itself first.</summary>
    public static IEnumerable<string> WithoutParticle(string noun)
    {
        yield return noun;
        foreach (string particle in Particles)
        {
            if (noun.Length > particle.Length && noun.EndsWith(particle, StringComparison.Ordinal))
            {
                yield return noun[..^particle.Length];
            }
        }
    }

    /// <summary>A noun as the subject of a sentence: 고양이가, 책이.</summary>
    public static string Subject(string noun) => $"{noun}{(EndsInConsonant(noun) ? "이" : "가")}";

    /// <summary>A noun as the topic of a sentence: 고양이는, 책은.</summary>
    public static string Topic(string noun) => $"{noun}{(EndsInConsonant(noun) ? "은" : "는")}";

    /// <summary>A noun as the object of a sentence: 고양이를, 책을.</summary>
    public static string Object(string noun) => $"{noun}{(EndsInConsonant(noun) ? "을" : "를")}";

    /// <summary>A noun as a whole sentence: 고양이입니다.</summary>
    public static string Is(string noun) => $"{noun}입니다.";

    [GeneratedRegex("<[a-z]+>")]
    private static partial Regex Placeholder();

    private static bool EndsInConsonant(string noun) =>
        noun.LastOrDefault(IsSyllable) is var last && last != default && (last - FirstSyllable) % Finals > 0;

    private static bool IsSyllable(char c) => c is >= FirstSyllable and <= LastSyllable;
}
