using System.Text.Json;
using OmgLlava.Files;

namespace OmgLlava.Language;

/// <summary>
/// The files of a tokenizer as Hugging Face names them. The vocabulary is <c>tokenizer.model</c> (SentencePiece), or
/// <c>tokenizer.json</c>, or <c>vocab.json</c> with <c>merges.txt</c> (byte-level); the first that is there counts. Special
/// tokens are read by <see cref="SpecialTokens"/>.
/// </summary>
internal sealed class TokenizerFiles
{
    private const string VocabularyName = "vocab.json";
    private const string MergesName = "merges.txt";
    private const long MostBytes = 64 << 20;

    private TokenizerFiles(ISubwords subwords, IReadOnlyDictionary<string, AddedToken> added, string begin) =>
        (Subwords, Added, Begin) = (subwords, added, begin);

    /// <summary>The vocabulary.</summary>
    public ISubwords Subwords { get; }

    /// <summary>Special and added tokens by their text.</summary>
    public IReadOnlyDictionary<string, AddedToken> Added { get; }

    /// <summary>The token that every text begins with; empty for none.</summary>
    public string Begin { get; }

    /// <summary>Whether a folder holds a tokenizer.</summary>
    public static bool AreIn(string folder) => Vocabulary(folder) is not null;

    /// <summary>The names of the files that a folder's tokenizer consists of.</summary>
    public static IEnumerable<string> Names(string folder) =>
        ((string[])[.. Vocabulary(folder) ?? [], SpecialTokens.ConfigName, "special_tokens_map.json", "added_tokens.json"]).Where(
            name => File.Exists(Path.Combine(folder, name))
        );

    /// <summary>Reads a folder's tokenizer.</summary>
    /// <exception cref="OmgLlavaException">There is none, or a file is damaged.</exception>
    public static TokenizerFiles Read(string folder)
    {
        ISubwords subwords = (Vocabulary(folder) ?? [SentencePieceSubwords.FileName])[0] switch
        {
            SentencePieceSubwords.FileName => SentencePieceSubwords.Load(Path.Combine(folder, SentencePieceSubwords.FileName)),
            TokenizerJson.FileName => ReadJson(Path.Combine(folder, TokenizerJson.FileName), TokenizerJson.Read),
            _ => ReadPairs(folder),
        };
        Dictionary<string, AddedToken> added = SpecialTokens.Read(folder, subwords);
        return new TokenizerFiles(subwords, added, SpecialTokens.Begin(folder, added));
    }

    /// <summary>Opens a file of a reasonable size.</summary>
    /// <exception cref="OmgLlavaException">It is missing, cannot be read, or is too large for a tokenizer.</exception>
    public static FileStream Open(string path)
    {
        FileStream file = InputFile.Open(path);
        try
        {
            Formats.NotTheFile.Refuse(file, path, textual: Path.GetExtension(path) is ".json" or ".txt");
            if (file.Length <= MostBytes)
            {
                return file;
            }

            throw new OmgLlavaException($"'{path}' has {file.Length >> 20} MB, too much for a tokenizer.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string[]? Vocabulary(string folder) =>
        (
            (string[][])
                [
                    [SentencePieceSubwords.FileName],
                    [TokenizerJson.FileName],
                    [VocabularyName, MergesName],
                ]
        ).FirstOrDefault(names => Array.TrueForAll(names, name => File.Exists(Path.Combine(folder, name))));

    private static ByteLevelSubwords ReadPairs(string folder)
    {
        var vocabulary = ReadJson(Path.Combine(folder, VocabularyName), TokenizerJson.ReadVocabulary);
        string path = Path.Combine(folder, MergesName);
        using FileStream file = Open(path);
        using var reader = new StreamReader(file);
        var merges = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            {
                merges.Add(line);
            }
        }

        try
        {
            return new ByteLevelSubwords(vocabulary, merges, ByteLevelOptions.Qwen2);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OmgLlavaException))
        {
            throw new OmgLlavaException($"'{path}' and {VocabularyName} do not belong together: {error.Message}", error);
        }
    }

    private static T ReadJson<T>(string path, Func<JsonElement, T> read)
    {
        using FileStream file = Open(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(file);
            return read(document.RootElement);
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or FormatException
                        or OverflowException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or ArgumentException
            )
        {
            throw new OmgLlavaException($"'{path}' is damaged: {error.Message}", error);
        }
    }
}
