namespace OmgLlava.Words.Korean;

/// <summary>Korean names of things, colours, states and facts, for the nouns that a model was taught.</summary>
internal sealed class KoreanNames
{
    /// <summary>Colours and states before a noun, the first for answers.</summary>
    private static readonly (string English, string[] Korean)[] Adjectives =
    [
        ("red", ["빨간", "빨간색", "붉은", "붉은색", "빨강", "적색"]),
        ("orange", ["주황색", "주황", "오렌지색"]),
        ("yellow", ["노란", "노란색", "노랑", "황색"]),
        ("green", ["초록색", "초록", "녹색", "푸른"]),
        ("blue", ["파란", "파란색", "파랑", "청색"]),
        ("purple", ["보라색", "보라", "보랏빛", "자주색"]),
        ("pink", ["분홍색", "분홍", "핑크색", "핑크"]),
        ("brown", ["갈색", "밤색", "고동색"]),
        ("black", ["검은", "검은색", "까만", "까만색", "검정", "검정색", "흑색"]),
        ("white", ["흰", "흰색", "하얀", "하얀색", "하양", "백색"]),
        ("gray", ["회색", "잿빛", "쥐색"]),
        ("broken", ["부서진", "깨진", "망가진", "고장난", "부러진"]),
        ("upside-down", ["거꾸로 된", "뒤집힌", "뒤집어진", "거꾸로 놓인", "거꾸로 선"]),
    ];

    private readonly Lexicon _english;
    private readonly Dictionary<string, string> _toKorean = [];
    private readonly Dictionary<string, string> _toEnglish = [];
    private readonly Dictionary<string, string> _clauses = [];
    private readonly Dictionary<string, string> _clausesRead = [];

    /// <summary>Reads the tables that come with the library.</summary>
    /// <param name="english">The model's words; nouns that it was not taught are left out.</param>
    public KoreanNames(Lexicon english)
    {
        _english = english;
        foreach (string[] row in Rows("nouns"))
        {
            string singular = row[0].Split('/')[0];
            string[] names = row[1].Split(';');
            _toKorean[singular] = names[0];
            if (english.Find(singular) is not null)
            {
                Array.ForEach(names, name => _toEnglish.TryAdd(KoreanText.Squeeze(name), singular));
            }
        }

        foreach (string[] row in Rows("clauses"))
        {
            _clauses[row[0].ToLowerInvariant()] = row[1];
            _clausesRead[KoreanText.Squeeze(row[1])] = row[0].ToLowerInvariant();
        }
    }

    /// <summary>Those of every noun in the tables, whatever a model was taught.</summary>
    public static KoreanNames All { get; } =
        new(new Lexicon(new ModelWords { Nouns = [.. Rows("nouns").Select(row => row[0])] }));

    /// <summary>What a noun is in Korean, by its singular or plural; null for one that is not in the table.</summary>
    public string? NounOf(string english) =>
        _toKorean.GetValueOrDefault(_english.Find(english)?.Singular ?? english);

    /// <summary>The plural of a noun of the model.</summary>
    public string PluralOf(string english) => _english.Find(english)?.Plural ?? english;

    /// <summary>A colour or state before a noun; null for another word.</summary>
    public static string? AdjectiveOf(string english) => Array.Find(Adjectives, one => one.English == english).Korean?[0];

    /// <summary>A colour as a noun: 빨간색.</summary>
    public static string? ColorOf(string english) =>
        Array.Find(Adjectives, one => one.English == english).Korean?.FirstOrDefault(name => name.EndsWith('색'));

    /// <summary>A fact or use as it stands before a noun; null for one that is not in the table.</summary>
    public string? ClauseOf(string english) => _clauses.GetValueOrDefault(english.ToLowerInvariant());

    /// <summary>The fact or use of squeezed Korean words; null where they are none.</summary>
    public string? ReadClause(string squeezed) => _clausesRead.GetValueOrDefault(squeezed);

    /// <summary>All ways to read the end of squeezed words as a noun, the longest first.</summary>
    /// <returns>English singulars, each with what stands before it.</returns>
    public IEnumerable<(string Noun, string Before)> NounsAtEnd(string squeezed)
    {
        for (int start = 0; start < squeezed.Length; start++)
        {
            if (_toEnglish.TryGetValue(squeezed[start..], out string? noun))
            {
                yield return (noun, squeezed[..start]);
            }
        }
    }

    /// <summary>Takes a colour or state off the end of squeezed words.</summary>
    public static bool TryAdjective(string squeezed, out string english, out string before)
    {
        foreach ((string name, string[] forms) in Adjectives)
        {
            foreach (string form in forms.Select(KoreanText.Squeeze).SelectMany(form => (string[])[form, $"{form}의"]))
            {
                if (squeezed.EndsWith(form, StringComparison.Ordinal))
                {
                    (english, before) = (name, squeezed[..^form.Length]);
                    return true;
                }
            }
        }

        (english, before) = ("", squeezed);
        return false;
    }

    private static IEnumerable<string[]> Rows(string table)
    {
        Stream stream = typeof(KoreanNames).Assembly.GetManifestResourceStream($"OmgLlava.Words.Korean.{table}.tsv")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return line.Split('\t');
            }
        }
    }
}
