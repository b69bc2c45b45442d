namespace OmgLlava.Words;

/// <summary>What a model's words are, made for looking up: nouns in both numbers, words of users that mean the same, slips of
/// the pen.</summary>
internal sealed class Lexicon
{
    private const int LongestPhrase = 6;

    private readonly Dictionary<string, Noun> _nouns = [];
    private readonly Dictionary<string, string> _same;
    private readonly HashSet<string> _known;
    private readonly SlipFinder _slips;

    public Lexicon(ModelWords words)
    {
        Adjectives = words.Adjectives.ToHashSet();
        foreach (string entry in words.Nouns)
        {
            string[] forms = entry.Split('/');
            var noun = new Noun(forms[0], forms.Length > 1 ? forms[1] : EnglishText.Plural(forms[0]));
            _nouns.TryAdd(noun.Plural, noun);
            _nouns[noun.Singular] = noun;
        }

        foreach (string stuff in words.Stuff)
        {
            _nouns[stuff] = new Noun(stuff, stuff);
        }

        _same = new Dictionary<string, string>(EnglishPhrases.Same);
        foreach ((string other, string meant) in words.Synonyms)
        {
            _same[other] = meant;
            if (_nouns.TryGetValue(meant, out Noun? noun) && noun.Singular == meant && noun.Plural != meant)
            {
                _same.TryAdd(EnglishText.Plural(other), noun.Plural);
            }
        }

        string[] names = [.. Split(_nouns.Keys), .. Adjectives];
        _known = [.. names, .. words.Others, .. EnglishPhrases.Small];
        _slips = new SlipFinder([.. names, .. Split(_same.Keys), .. EnglishPhrases.Correctable], words.NotSlips);
        _written = [.. _known, .. Split(_same.Keys)];
    }

    private readonly HashSet<string> _written;

    /// <summary>Colours and states.</summary>
    public IReadOnlySet<string> Adjectives { get; }

    /// <summary>Whether the training has a word.</summary>
    public bool Knows(string word) => _known.Contains(word);

    /// <summary>A noun by one of its forms; null for other words.</summary>
    public Noun? Find(string form) => _nouns.GetValueOrDefault(form);

    /// <summary>The longest noun that begins at a place.</summary>
    /// <returns>The noun and the number of its words; null and 0 for none.</returns>
    public (Noun? Noun, int Length) At(IReadOnlyList<string> words, int place)
    {
        for (int length = Math.Min(LongestPhrase, words.Count - place); length > 0; length--)
        {
            if (_nouns.TryGetValue(Join(words, place, length), out Noun? noun))
            {
                return (noun, length);
            }
        }

        return (null, 0);
    }

    /// <summary>The words of a text as the training writes them: slips corrected, the same things by the same names.</summary>
    public string[] Read(string text)
    {
        string[] words =
        [
            .. EnglishText.WordsOf(text).Select(word => _written.Contains(word) ? word : _slips.Correct(word) ?? word),
        ];
        var read = new List<string>();
        for (int at = 0; at < words.Length;)
        {
            (string? meant, int length) = SameAt(words, at);
            int kept = Math.Max(1, At(words, at).Length);
            if (meant is not null && length >= kept)
            {
                read.AddRange(meant.Split(' '));
                at += length;
            }
            else
            {
                read.AddRange(words[at..(at + kept)]);
                at += kept;
            }
        }

        return [.. read];
    }

    private (string? Meant, int Length) SameAt(string[] words, int place)
    {
        for (int length = Math.Min(LongestPhrase, words.Length - place); length > 0; length--)
        {
            if (_same.TryGetValue(Join(words, place, length), out string? meant))
            {
                return (meant, length);
            }
        }

        return (null, 0);
    }

    private static IEnumerable<string> Split(IEnumerable<string> phrases) => phrases.SelectMany(phrase => phrase.Split(' '));

    private static string Join(IReadOnlyList<string> words, int place, int length) =>
        string.Join(' ', words.Skip(place).Take(length));
}
