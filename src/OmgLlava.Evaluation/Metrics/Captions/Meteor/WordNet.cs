using System.Collections.Frozen;
using System.Globalization;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// The sets of synonyms of WordNet 3.0, read from its dictionary files as METEOR 1.5 uses them. METEOR tells sets apart by their
/// offset alone, so that a noun and a verb can meet by chance; that is followed here.
/// </summary>
public sealed class WordNet : ISynonymSource
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string FolderVariable = "OMG_WORDNET";

    private static readonly string[] Kinds = ["noun", "verb", "adj", "adv"];

    private static readonly string[] UsualFolders =
    [
        "/usr/share/wordnet",
        "/usr/share/wordnet/dict",
        "/usr/local/share/wordnet",
        "/usr/local/WordNet-3.0/dict",
        "/opt/homebrew/opt/wordnet/dict",
    ];

    // Endings that WordNet's own morphology exchanges: of nouns, verbs and adjectives, in its order.
    private static readonly (string Ending, string Base)[] Endings =
    [
        ("s", ""),
        ("ses", "s"),
        ("xes", "x"),
        ("zes", "z"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("men", "man"),
        ("ies", "y"),
        ("s", ""),
        ("ies", "y"),
        ("es", "e"),
        ("es", ""),
        ("ed", "e"),
        ("ed", ""),
        ("ing", "e"),
        ("ing", ""),
        ("er", ""),
        ("est", ""),
        ("er", "e"),
        ("est", "e"),
    ];

    private readonly FrozenDictionary<string, int[]> _meanings;
    private readonly FrozenDictionary<string, string[]> _bases;

    private WordNet(string folder, Dictionary<string, HashSet<int>> meanings, Dictionary<string, List<string>> bases)
    {
        Name = $"WordNet at {folder}";
        _meanings = meanings.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.ToArray());
        _bases = bases.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.ToArray());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Number of words and phrases.</summary>
    public int Count => _meanings.Count;

    /// <summary>
    /// The folder of WordNet on this machine: the one that <c>OMG_WORDNET</c> names, or where packages put it (Debian's is
    /// wordnet-base); null when there is none.
    /// </summary>
    public static string? FindFolder() =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? named
            : UsualFolders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "index.noun")));

    /// <summary>Reads the dictionary of this machine; null when there is none.</summary>
    /// <exception cref="OmgLlavaException">A file of it is missing or damaged.</exception>
    public static WordNet? Find() => FindFolder() is { } folder ? Load(folder) : null;

    /// <summary>Reads a dictionary.</summary>
    /// <param name="folder">The folder with <c>index.noun</c> and <c>noun.exc</c>, and the same of verb, adj and adv.</param>
    /// <exception cref="OmgLlavaException">A file is missing or damaged.</exception>
    public static WordNet Load(string folder)
    {
        Dictionary<string, HashSet<int>> meanings = [];
        Dictionary<string, List<string>> bases = [];
        foreach (string kind in Kinds)
        {
            ReadIndex(Path.Combine(folder, $"index.{kind}"), meanings);
            ReadExceptions(Path.Combine(folder, $"{kind}.exc"), bases);
        }

        return new WordNet(folder, meanings, bases);
    }

    /// <inheritdoc/>
    public IReadOnlySet<int> Meanings(string word)
    {
        HashSet<int> meanings = [.. Exactly(word)];
        if (_bases.TryGetValue(word, out string[]? bases))
        {
            foreach (string form in bases)
            {
                meanings.UnionWith(Exactly(form));
            }
        }
        else
        {
            meanings.UnionWith(Exactly(BaseForm(word)));
        }

        return meanings;
    }

    private int[] Exactly(string word) => _meanings.GetValueOrDefault(word, []);

    /// <summary>The first word of the dictionary that an exchange of endings gives; empty when none does.</summary>
    private string BaseForm(string word)
    {
        if (word.EndsWith("ss", StringComparison.Ordinal) || word.Length <= 2)
        {
            return word;
        }

        // METEOR takes "ful" off to put it on again, but looks the word up whole, so such words find nothing that ends in "ful".
        string suffix = word.EndsWith("ful", StringComparison.Ordinal) ? "ful" : "";
        foreach ((string ending, string replacement) in Endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
            {
                string form = word[..^ending.Length] + replacement;
                if (_meanings.ContainsKey(form))
                {
                    return form + suffix;
                }
            }
        }

        return "";
    }

    private static void ReadIndex(string path, Dictionary<string, HashSet<int>> meanings)
    {
        foreach ((string line, int number) in Lines(path))
        {
            if (line.StartsWith(' '))
            {
                continue; // the licence
            }

            // lemma pos count pointers [pointer ...] senses tagged offset [offset ...]
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 4 || !int.TryParse(fields[2], out int count) || count < 1 || count > fields.Length - 4)
            {
                throw new OmgLlavaException($"Line {number} of '{path}' is no entry of a WordNet index.");
            }

            if (!meanings.TryGetValue(fields[0], out HashSet<int>? offsets))
            {
                meanings.Add(fields[0], offsets = []);
            }

            foreach (string field in fields[^count..])
            {
                offsets.Add(
                    int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
                        ? offset
                        : throw new OmgLlavaException($"Line {number} of '{path}' is no entry of a WordNet index.")
                );
            }
        }
    }

    private static void ReadExceptions(string path, Dictionary<string, List<string>> bases)
    {
        foreach ((string line, _) in Lines(path))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 1)
            {
                if (!bases.TryGetValue(fields[0], out List<string>? forms))
                {
                    bases.Add(fields[0], forms = []);
                }

                forms.AddRange(fields[1..]);
            }
        }
    }

    private static IEnumerable<(string Line, int Number)> Lines(string path) =>
        File.Exists(path)
            ? File.ReadLines(path).Select((line, i) => (line, i + 1))
            : throw new OmgLlavaException(
                $"WordNet's file '{path}' does not exist; point {FolderVariable} at the folder that holds index.noun (Debian: "
                    + $"package wordnet-base)."
            );
}
