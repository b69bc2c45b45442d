using System.Text.Json;
using System.Text.Json.Serialization;
using OmgLlava.Data.Json;
using OmgLlava.Files;

namespace OmgLlava.Data.Annotating;

/// <summary>What a run is of, in <c>plan.json</c>; a folder goes on only with the same.</summary>
/// <param name="Source">The folder or list of pictures.</param>
/// <param name="Task">What is annotated.</param>
/// <param name="Labels">Names of categories.</param>
/// <param name="ShardSize">Pictures of a shard.</param>
/// <param name="Threshold">Least score; null for the model's own.</param>
/// <param name="MaxNewTokens">Most tokens of an answer; null for the usual ones.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Weights">Digits that tell its weights from others.</param>
internal sealed record AnnotationPlan(
    string Source, AnnotationTask Task, IReadOnlyList<string> Labels, int ShardSize, float? Threshold, int? MaxNewTokens,
    string Model, string Weights)
{
    private const string FileName = "plan.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = DataJson.Default,
        Converters = { new JsonStringEnumConverter<AnnotationTask>(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Claims a folder: writes the plan where there is none, compares it where there is one.</summary>
    /// <exception cref="OmgLlavaException">The folder holds another run; the message says what is different.</exception>
    public void Claim(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            OutputFile.Write(path, file => JsonSerializer.Serialize(file, this, Json.Of<AnnotationPlan>()));
            return;
        }

        AnnotationPlan other;
        try
        {
            other = JsonSerializer.Deserialize(File.ReadAllText(path), Json.Of<AnnotationPlan>()) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"'{path}' is no plan of a run; give another --out.", error);
        }

        string[] differences =
        [
            .. new (string Name, object? Old, object? New)[]
            {
                ("pictures", other.Source, Source), ("task", other.Task, Task), ("labels", List(other.Labels), List(Labels)),
                ("shard size", other.ShardSize, ShardSize), ("threshold", other.Threshold, Threshold),
                ("most tokens", other.MaxNewTokens, MaxNewTokens), ("model", other.Model, Model),
                ("weights", other.Weights, Weights),
            }.Where(part => !Equals(part.Old, part.New)).Select(part => $"{part.Name} '{part.Old}' instead of '{part.New}'"),
        ];
        if (differences.Length > 0)
        {
            throw new OmgLlavaException(
                $"'{folder}' holds another run ({string.Join(", ", differences)}); give another --out, or delete that folder.");
        }
    }

    private static string List(IReadOnlyList<string>? labels) => string.Join(", ", labels ?? []);
}
