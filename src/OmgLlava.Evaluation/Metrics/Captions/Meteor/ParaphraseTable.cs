using System.IO.Compression;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>A paraphrase table as METEOR's <c>paraphrase-en.gz</c> holds it: by threes of lines, a probability (not used), a
/// phrase, a paraphrase.</summary>
public sealed class ParaphraseTable : IParaphraseTable
{
    private readonly Dictionary<string, List<IReadOnlyList<string>>> _paraphrases = [];
    private readonly int _longest;

    /// <summary>Takes pairs of phrases, their words parted by spaces.</summary>
    public ParaphraseTable(string name, IEnumerable<(string Phrase, string Paraphrase)> pairs)
    {
        Name = name;
        foreach ((string phrase, string paraphrase) in pairs)
        {
            string[] words = Words(phrase);
            string key = string.Join(' ', words);
            _longest = Math.Max(_longest, words.Length);
            if (!_paraphrases.TryGetValue(key, out List<IReadOnlyList<string>>? list))
            {
                _paraphrases.Add(key, list = []);
            }

            list.Add(Words(paraphrase));
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, no gzip, or cut off.</exception>
    public static ParaphraseTable Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
            return new ParaphraseTable(Path.GetFileName(path), Pairs(reader, path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OmgLlavaException($"The paraphrase table '{path}' cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(int Length, IReadOnlyList<string> Paraphrase)> Find(IReadOnlyList<string> words, int start)
    {
        string phrase = "";
        for (int length = 1; length <= _longest && start + length <= words.Count; length++)
        {
            phrase = length == 1 ? words[start] : $"{phrase} {words[start + length - 1]}";
            if (_paraphrases.TryGetValue(phrase, out List<IReadOnlyList<string>>? list))
            {
                foreach (IReadOnlyList<string> paraphrase in list)
                {
                    yield return (length, paraphrase);
                }
            }
        }
    }

    private static IEnumerable<(string, string)> Pairs(StreamReader reader, string path)
    {
        while (reader.ReadLine() is not null)
        {
            (string? phrase, string? paraphrase) = (reader.ReadLine(), reader.ReadLine());
            yield return phrase is not null && paraphrase is not null
                ? (phrase, paraphrase)
                : throw new OmgLlavaException($"The paraphrase table '{path}' is cut off.");
        }
    }

    private static string[] Words(string phrase) => phrase.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
