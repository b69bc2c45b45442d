using System.Text;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// The English stemmer of the Snowball project ("Porter 2"), in the version of METEOR 1.5. Words are expected in lower case.
/// </summary>
internal static class EnglishStemmer
{
    private static readonly string[] Doubles = ["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"];
    private static readonly string[] LongPrefixes = ["gener", "commun", "arsen"];
    private static readonly HashSet<string> Settled =
    [
        "inning",
        "outing",
        "canning",
        "herring",
        "earring",
        "proceed",
        "exceed",
        "succeed",
    ];

    private static readonly Dictionary<string, string> Irregular = new()
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    };

    // Longest first: the first ending that a word has is the one that counts.
    private static readonly (string Ending, string Replacement)[] SecondEndings =
    [
        ("ational", "ate"),
        ("fulness", "ful"),
        ("iveness", "ive"),
        ("ization", "ize"),
        ("ousness", "ous"),
        ("biliti", "ble"),
        ("lessli", "less"),
        ("tional", "tion"),
        ("alism", "al"),
        ("aliti", "al"),
        ("ation", "ate"),
        ("entli", "ent"),
        ("fulli", "ful"),
        ("iviti", "ive"),
        ("ousli", "ous"),
        ("abli", "able"),
        ("alli", "al"),
        ("anci", "ance"),
        ("ator", "ate"),
        ("enci", "ence"),
        ("izer", "ize"),
        ("bli", "ble"),
        ("ogi", "og"),
        ("li", ""),
    ];

    private static readonly (string Ending, string Replacement)[] ThirdEndings =
    [
        ("ational", "ate"),
        ("tional", "tion"),
        ("alize", "al"),
        ("ative", ""),
        ("icate", "ic"),
        ("iciti", "ic"),
        ("ical", "ic"),
        ("ness", ""),
        ("ful", ""),
    ];

    private static readonly string[] FourthEndings =
    [
        "ement",
        "able",
        "ance",
        "ence",
        "ible",
        "ment",
        "ant",
        "ate",
        "ent",
        "ion",
        "ism",
        "iti",
        "ive",
        "ize",
        "ous",
        "al",
        "er",
        "ic",
    ];

    /// <summary>The stem of a word.</summary>
    public static string Stem(string word)
    {
        if (Irregular.TryGetValue(word, out string? irregular))
        {
            return irregular;
        }

        if (word.Length < 3)
        {
            return word;
        }

        StringBuilder stem = MarkConsonants(word);
        int first = FirstRegion(stem);
        int second = RegionAfter(stem, first);
        DropGenitive(stem);
        DropPlural(stem);
        if (!Settled.Contains(stem.ToString()))
        {
            DropPast(stem, first);
            SoftenY(stem);
            Replace(stem, first, second, SecondEndings);
            Replace(stem, first, second, ThirdEndings);
            DropFourth(stem, second);
            DropFinal(stem, first, second);
        }

        return stem.Replace('Y', 'y').ToString();
    }

    /// <summary>A leading apostrophe is dropped; y at the start or after a vowel counts as a consonant and becomes Y.</summary>
    private static StringBuilder MarkConsonants(string word)
    {
        var stem = new StringBuilder(word.StartsWith('\'') ? word[1..] : word);
        for (int i = 0; i < stem.Length; i++)
        {
            if (stem[i] == 'y' && (i == 0 || IsVowel(stem[i - 1])))
            {
                stem[i] = 'Y';
            }
        }

        return stem;
    }

    private static int FirstRegion(StringBuilder stem)
    {
        string text = stem.ToString();
        return LongPrefixes.FirstOrDefault(prefix => text.StartsWith(prefix, StringComparison.Ordinal))?.Length
            ?? RegionAfter(stem, 0);
    }

    /// <summary>Where the part after the first consonant that follows a vowel begins.</summary>
    private static int RegionAfter(StringBuilder stem, int start)
    {
        for (int i = start + 1; i < stem.Length; i++)
        {
            if (IsVowel(stem[i - 1]) && !IsVowel(stem[i]))
            {
                return i + 1;
            }
        }

        return stem.Length;
    }

    private static void DropGenitive(StringBuilder stem) =>
        stem.Length -=
            Ends(stem, "'s'") ? 3
            : Ends(stem, "'s") ? 2
            : Ends(stem, "'") ? 1
            : 0;

    private static void DropPlural(StringBuilder stem)
    {
        if (Ends(stem, "sses"))
        {
            stem.Length -= 2;
        }
        else if (Ends(stem, "ied") || Ends(stem, "ies"))
        {
            stem.Length -= stem.Length > 4 ? 2 : 1;
        }
        else if (Ends(stem, "s") && !Ends(stem, "us") && !Ends(stem, "ss") && HasVowel(stem, stem.Length - 2))
        {
            stem.Length--;
        }
    }

    private static void DropPast(StringBuilder stem, int first)
    {
        foreach (string ending in new[] { "eedly", "eed", "ingly", "edly", "ing", "ed" })
        {
            if (!Ends(stem, ending))
            {
                continue;
            }

            int start = stem.Length - ending.Length;
            if (ending is "eedly" or "eed")
            {
                stem.Length = start >= first ? start + 2 : stem.Length;
            }
            else if (HasVowel(stem, start))
            {
                stem.Length = start;
                Repair(stem, first);
            }

            return;
        }
    }

    /// <summary>Gives the e back, or takes one of two letters, where an ending was dropped.</summary>
    private static void Repair(StringBuilder stem, int first)
    {
        if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz"))
        {
            stem.Append('e');
        }
        else if (Doubles.Any(pair => Ends(stem, pair)))
        {
            stem.Length--;
        }
        else if (first >= stem.Length && EndsShort(stem, stem.Length))
        {
            stem.Append('e');
        }
    }

    private static void SoftenY(StringBuilder stem)
    {
        if ((Ends(stem, "y") || Ends(stem, "Y")) && stem.Length > 2 && !IsVowel(stem[^2]))
        {
            stem[^1] = 'i';
        }
    }

    private static void Replace(StringBuilder stem, int first, int second, (string Ending, string Replacement)[] endings)
    {
        foreach ((string ending, string replacement) in endings)
        {
            if (!Ends(stem, ending))
            {
                continue;
            }

            int start = stem.Length - ending.Length;
            bool fits = ending switch
            {
                "ogi" => start > 0 && stem[start - 1] == 'l',
                "li" => start > 0 && "cdeghkmnrt".Contains(stem[start - 1], StringComparison.Ordinal),
                "ative" => start >= second,
                _ => true,
            };
            if (start >= first && fits)
            {
                stem.Length = start;
                stem.Append(replacement);
            }

            return;
        }
    }

    private static void DropFourth(StringBuilder stem, int second)
    {
        foreach (string ending in FourthEndings)
        {
            if (!Ends(stem, ending))
            {
                continue;
            }

            int start = stem.Length - ending.Length;
            if (start >= second && (ending != "ion" || (start > 0 && stem[start - 1] is 's' or 't')))
            {
                stem.Length = start;
            }

            return;
        }
    }

    private static void DropFinal(StringBuilder stem, int first, int second)
    {
        int start = stem.Length - 1;
        bool drop =
            (Ends(stem, "e") && (start >= second || (start >= first && !EndsShort(stem, start))))
            || (Ends(stem, "l") && start >= second && start > 0 && stem[start - 1] == 'l');
        stem.Length -= drop ? 1 : 0;
    }

    /// <summary>Whether a part ends in a short syllable: consonant, vowel, and a consonant other than w, x, Y; or it is vowel,
    /// consonant alone.</summary>
    private static bool EndsShort(StringBuilder stem, int length) =>
        length switch
        {
            2 => IsVowel(stem[0]) && !IsVowel(stem[1]),
            > 2 => !IsVowel(stem[length - 3])
                && IsVowel(stem[length - 2])
                && !IsVowel(stem[length - 1])
                && stem[length - 1] is not ('w' or 'x' or 'Y'),
            _ => false,
        };

    private static bool HasVowel(StringBuilder stem, int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (IsVowel(stem[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Ends(StringBuilder stem, string ending)
    {
        if (stem.Length < ending.Length)
        {
            return false;
        }

        for (int i = 0; i < ending.Length; i++)
        {
            if (stem[stem.Length - ending.Length + i] != ending[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
