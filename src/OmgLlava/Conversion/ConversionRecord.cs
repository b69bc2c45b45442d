using System.Text.Json;
using System.Text.Json.Serialization;
using OmgLlava.Files;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>What a model directory remembers of its making, in <c>conversion.json</c>: the files and what was left out of
/// them.</summary>
/// <param name="Files">The files' names and how many of their tensors the model uses.</param>
/// <param name="Ignored">Tensors that were left out because the user said so, by their file.</param>
/// <param name="Leftovers">Tensors that are known to be of no use, by their file.</param>
internal sealed record ConversionRecord(
    IReadOnlyDictionary<string, int> Files,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Ignored,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Leftovers
)
{
    /// <summary>Where the files came from; null where that is not known.</summary>
    public IReadOnlyList<SourceFile>? Sources { get; init; }

    /// <summary>SHA-256 of the bytes of every tensor as it was written; null in records of older versions.</summary>
    public IReadOnlyDictionary<string, string>? Tensors { get; init; }

    /// <summary>SHA-256 of the tokenizer's files; null in records of older versions.</summary>
    public IReadOnlyDictionary<string, string>? Tokenizer { get; init; }

    /// <summary>Name of the file.</summary>
    public const string FileName = "conversion.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = LibraryJson.Default,
    };

    /// <summary>Reads the record of a model directory; null where it has none.</summary>
    /// <exception cref="OmgLlavaException">The file is damaged.</exception>
    public static ConversionRecord? Find(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonFile.Read(path, root => root.Deserialize(Json.Of<ConversionRecord>())) : null;
    }

    /// <summary>The record of weights that were not converted, such as trained ones.</summary>
    internal static ConversionRecord Unknown { get; } =
        new(
            new Dictionary<string, int>(),
            new Dictionary<string, IReadOnlyList<string>>(),
            new Dictionary<string, IReadOnlyList<string>>()
        );

    internal static ConversionRecord Of(ConversionAccount account) =>
        new(
            account
                .Used.GroupBy(file => Path.GetFileName(file.Key))
                .ToDictionary(files => files.Key, files => files.Sum(file => file.Value)),
            ByFile(account.Ignored),
            ByFile(account.Leftovers)
        );

    /// <summary>This record with what was written to a folder.</summary>
    internal ConversionRecord With(TensorHashes tensors, string folder) =>
        this with
        {
            Tensors = tensors.Values,
            Tokenizer = ModelDirectory.TokenizerHashes(folder),
        };

    internal void Save(string folder) =>
        OutputFile.Write(
            Path.Combine(folder, FileName),
            file => JsonSerializer.Serialize(file, this, Json.Of<ConversionRecord>())
        );

    private static Dictionary<string, IReadOnlyList<string>> ByFile(IEnumerable<ConversionEntry> entries) =>
        entries
            .GroupBy(entry => Path.GetFileName(entry.File))
            .ToDictionary(file => file.Key, IReadOnlyList<string> (file) => [.. file.Select(entry => entry.Name)]);
}
