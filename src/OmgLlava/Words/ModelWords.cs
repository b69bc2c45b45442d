using System.Text.Json;

namespace OmgLlava.Words;

/// <summary>
/// The words that a model was taught, from <c>words.json</c> of its directory. With it questions are put into the words of
/// the training before the model
/// reads them; a directory without the file leaves the user's words as they are.
/// </summary>
internal sealed record ModelWords
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "words.json";

    /// <summary>The format that this library reads.</summary>
    public const int CurrentFormat = 1;

    private const long MostBytes = 4 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        TypeInfoResolver = LibraryJson.Default,
    };

    /// <summary>Format of the file.</summary>
    public int Format { get; init; }

    /// <summary>The language of questions; only English has rules.</summary>
    public string Language { get; init; } = "";

    /// <summary>The question that gives the best description of a picture; null for the published one.</summary>
    public string? Description { get; init; }

    /// <summary>Things and kinds of things, <c>singular</c> or <c>singular/plural</c> where the plural is not regular.</summary>
    public IReadOnlyList<string> Nouns { get; init; } = [];

    /// <summary>What has no plural: grass, sky.</summary>
    public IReadOnlyList<string> Stuff { get; init; } = [];

    /// <summary>Colours and states.</summary>
    public IReadOnlyList<string> Adjectives { get; init; } = [];

    /// <summary>All other words of the training's expressions.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Words of users, each with the one of the training that means the same.</summary>
    public IReadOnlyDictionary<string, string> Synonyms { get; init; } = new Dictionary<string, string>();

    /// <summary>Words that were not taught and must not be taken for a slip of the pen because they look like one that was:
    /// goat is no boat.</summary>
    public IReadOnlyList<string> NotSlips { get; init; } = [];

    /// <summary>What knows more than this model, as the answer to a word that was not taught ends with it: "the published weights
    /// (docs/published-weights.md)"; null for nothing.</summary>
    public string? Beyond { get; init; }

    /// <summary>Reads the words of a model directory.</summary>
    /// <param name="folder">The directory.</param>
    /// <returns>The words; null where the directory has none.</returns>
    /// <exception cref="OmgLlavaException">The file is damaged, too large, of another format, or has a word that is
    /// empty.</exception>
    public static ModelWords? Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MostBytes)
            {
                throw new OmgLlavaException($"'{path}' has {file.Length >> 20} MB, too much for a list of words.");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            ModelWords words = JsonContracts.Read<ModelWords>(bytes, Json, new ModelWords())
                ?? throw new OmgLlavaException($"'{path}' is empty.");
            words.Check(path);
            return words;
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"'{path}' is not a list of words: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    private void Check(string path)
    {
        if (Format != CurrentFormat || Language != "English")
        {
            throw new OmgLlavaException(
                $"'{path}' has format {Format} in '{Language}'; this version reads format {CurrentFormat} in 'English'."
            );
        }

        IEnumerable<string?>?[] lists = [Nouns, Stuff, Adjectives, Others, Synonyms?.Keys, Synonyms?.Values, NotSlips];
        if (Array.Exists(lists, list => list is null || list.Any(string.IsNullOrWhiteSpace)))
        {
            throw new OmgLlavaException($"'{path}' has a list that is null, or a word that is empty.");
        }
    }
}
