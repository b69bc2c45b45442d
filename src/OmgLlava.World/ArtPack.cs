using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.World;

/// <summary>
/// A folder of drawings with alpha and a <c>pack.json</c> that says what each shows; see docs/art-packs.md. The pictures
/// themselves are read when they are first drawn.
/// </summary>
public sealed class ArtPack
{
    /// <summary>Name of the file that describes a pack.</summary>
    public const string FileName = "pack.json";

    private const long MaxDescription = 16 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = WorldJson.Default,
    };

    private ArtPack(
        string directory,
        PackFile description,
        IReadOnlyList<ThingCategory> ownCategories,
        IReadOnlyList<Drawing> drawings
    ) =>
        (Directory, Name, Credits, OwnCategories, Drawings) = (
            directory,
            description.Name,
            description.Credits ?? "",
            ownCategories,
            drawings
        );

    /// <summary>The pack's folder.</summary>
    public string Directory { get; }

    /// <summary>Its short name.</summary>
    public string Name { get; }

    /// <summary>Who made the drawings and under which licence.</summary>
    public string Credits { get; }

    /// <summary>Categories that the pack itself describes.</summary>
    public IReadOnlyList<ThingCategory> OwnCategories { get; }

    /// <summary>What the pack shows, in the order of its file.</summary>
    public IReadOnlyList<Drawing> Drawings { get; }

    /// <summary>Reads a pack's description and checks that every file is there.</summary>
    /// <param name="directory">The pack's folder.</param>
    /// <exception cref="OmgLlavaException">The folder or its description is missing or damaged, or a drawing is missing or of an
    /// unknown category.</exception>
    public static ArtPack Load(string directory)
    {
        string path = Path.Combine(directory, FileName);
        PackFile description = Read(path);
        ThingCategory[] own = [.. (description.Categories ?? []).Select(entry => entry.ToCategory(path))];
        WorldVocabulary vocabulary = WorldVocabulary.Default.With(own);
        var drawings = new List<Drawing>();
        foreach (PackDrawing entry in description.Drawings)
        {
            ThingCategory category =
                vocabulary.Find(entry.Category)
                ?? throw new OmgLlavaException(
                    $"'{path}' says that '{entry.File}' shows '{entry.Category}', which is no category; describe it under "
                        + $"\"categories\" of the same file."
                );
            if (Path.IsPathRooted(entry.File) || entry.File.Split('/', '\\').Contains(".."))
            {
                throw new OmgLlavaException(
                    $"'{path}' names '{entry.File}', which lies outside the pack; drawings must lie in its folder."
                );
            }

            if (!File.Exists(Path.Combine(directory, entry.File)))
            {
                throw new OmgLlavaException(
                    $"The drawing '{entry.File}' that '{path}' names is missing; take it out of the file or fetch the art again."
                );
            }

            drawings.Add(new Drawing(description.Name, entry.File, category));
        }

        if (own.FirstOrDefault(category => drawings.TrueForAll(drawing => drawing.Category.Name != category.Name)) is { } empty)
        {
            throw new OmgLlavaException(
                $"'{path}' has no drawing of its category '{empty.Name}'; add one or take the category out."
            );
        }

        return drawings.Count > 0
            ? new ArtPack(directory, description, own, drawings)
            : throw new OmgLlavaException($"'{path}' names no drawing.");
    }

    /// <summary>Writes a description.</summary>
    internal static byte[] Describe(PackFile description) =>
        JsonSerializer.SerializeToUtf8Bytes(description, Options.Of<PackFile>());

    private static PackFile Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaxDescription)
            {
                throw new OmgLlavaException(
                    $"'{path}' has {file.Length >> 20} MB; the description of an art pack may have {MaxDescription >> 20} MB."
                );
            }

            PackFile? description = JsonSerializer.Deserialize(File.ReadAllBytes(path), Options.Of<PackFile>());
            return
                description is { Name: not null, Drawings: not null }
                && description.Drawings.All(d => d is { File: not null, Category: not null })
                && (description.Categories ?? []).All(category => category is not null)
                ? description
                : throw new OmgLlavaException(
                    $"'{path}' is no description of an art pack: it needs \"name\" and \"drawings\", each with \"file\" and "
                        + $"\"category\"."
                );
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException(
                $"'{path}' is not valid JSON: line {error.LineNumber + 1}, position {error.BytePositionInLine + 1}.",
                error
            );
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OmgLlavaException(
                $"'{System.IO.Path.GetDirectoryName(path)}' is no art pack: it has no {FileName}; recipes/nano/fetch-art.sh "
                    + $"fetches some.",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
