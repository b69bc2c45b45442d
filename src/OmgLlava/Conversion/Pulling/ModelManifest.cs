using System.Reflection;
using System.Text.Json;
using OmgLlava.Files;

namespace OmgLlava.Conversion.Pulling;

/// <summary>
/// Which published files make a model, and where they are. The project's own lie in <c>Conversion/Pulling/Manifests</c>; a file
/// of the same form with another model works as well.
/// </summary>
internal sealed record ModelManifest
{
    /// <summary>The fine-tuning that is for no task in particular.</summary>
    public const string GeneralTask = "general";

    private const string Folder = "OmgLlava.Conversion.Pulling.Manifests.";
    private const long MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(OmgLlavaConfig.Json)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The <see cref="ModelPreset"/> of the same shape, which tells the size of the model before anything is downloaded;
    /// null where there is none.</summary>
    public string? Preset { get; init; }

    /// <summary>Tasks that have a fine-tuning of their own, beside <see cref="GeneralTask"/>.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>What the weights do not show (heads, thing classes, LoRA alpha, image size); null for the published
    /// values.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>The parts.</summary>
    public required IReadOnlyList<ManifestPart> Parts { get; init; }

    /// <summary>Names of the project's own manifests.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(ModelManifest)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^".json".Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds a manifest.</summary>
    /// <param name="model">One of <see cref="Names"/>, or the path of a <c>.json</c> file.</param>
    /// <exception cref="OmgLlavaException">There is none of that name, or the file is not valid.</exception>
    public static ModelManifest Find(string model)
    {
        if (Names.Contains(model))
        {
            using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Folder}{model}.json")!;
            return Read(resource, model);
        }

        if (!model.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new OmgLlavaException(
                $"There is no model '{model}' to pull; there are {string.Join(", ", Names.Select(name => $"'{name}'"))}, and "
                    + $"any manifest (.json) of your own."
            );
        }

        using FileStream file = InputFile.Open(model);
        return file.Length <= MaxBytes
            ? Read(file, model)
            : throw new OmgLlavaException($"'{model}' is too large to be a manifest.");
    }

    /// <summary>The parts of a task; what is kept in reserve comes last.</summary>
    /// <exception cref="OmgLlavaException">The model has no such task.</exception>
    internal IReadOnlyList<ManifestPart> PartsOf(string task) =>
        task == GeneralTask || Tasks.Contains(task)
            ? [.. Parts.Where(part => part.Task is null || part.Task == task).OrderBy(part => part.Reserve)]
            : throw new OmgLlavaException(
                $"'{Name}' has no task '{task}'; it has "
                    + $"{string.Join(", ", Tasks.Prepend(GeneralTask).Select(name => $"'{name}'"))}."
            );

    private static ModelManifest Read(Stream stream, string name)
    {
        try
        {
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            ModelManifest manifest =
                JsonContracts.Read<ModelManifest>(
                    bytes,
                    Json,
                    new ModelManifest { Name = "", Parts = [] },
                    new ManifestPart { Role = "", Choices = [] },
                    new ManifestChoice { Repository = "", Files = [] }
                ) ?? throw new JsonException("it is empty");
            return manifest.Fault() is { } fault ? throw new JsonException(fault) : manifest;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new OmgLlavaException($"'{name}' is not a valid manifest of a model: {error.Message}", error);
        }
    }

    private string? Fault() =>
        Name is not { Length: > 0 and < 100 }
        || Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.'))
        || Name.StartsWith('.')
            ? "its name must be letters, digits, '-', '_' and '.'"
        : Parts is not { Count: > 0 } || Parts.Any(part => part is null) ? "it has no parts"
        : Tasks is null || Tasks.Any(string.IsNullOrEmpty) ? "a task has no name"
        : Parts.Select(part => part.Fault()).FirstOrDefault(fault => fault is not null);
}
