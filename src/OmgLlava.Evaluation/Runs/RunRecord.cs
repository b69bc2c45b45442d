using System.Text.Json;

namespace OmgLlava.Evaluation.Runs;

/// <summary>What a run is of; a folder of results goes on only with the same.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Data">The data set.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Weights">Digits that tell its weights from others.</param>
/// <param name="Settings">Everything else that answers depend on.</param>
public sealed record RunRecord(string Suite, string Data, string Model, string Weights, string Settings)
{
    private const string FileName = "run.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        TypeInfoResolver = EvaluationJson.Default,
    };

    /// <summary>Claims a folder: writes the record where there is none, compares it where there is one.</summary>
    /// <exception cref="OmgLlavaException">The folder holds results of another run; the message says what is
    /// different.</exception>
    public void Claim(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(path))
            {
                Files.OutputFile.Write(path, file => JsonSerializer.Serialize(file, this, Json.Of<RunRecord>()));
                return;
            }

            RunRecord other =
                JsonSerializer.Deserialize(File.ReadAllText(path), Json.Of<RunRecord>()) ?? throw new JsonException();
            (string Name, string Old, string New)[] differences =
            [
                .. new[]
                {
                    ("suite", other.Suite, Suite),
                    ("data", other.Data, Data),
                    ("model", other.Model, Model),
                    ("weights", other.Weights, Weights),
                    ("settings", other.Settings, Settings),
                }.Where(part => part.Item2 != part.Item3),
            ];
            if (differences.Length > 0)
            {
                string what = string.Join(", ", differences.Select(part => $"{part.Name} '{part.Old}' instead of '{part.New}'"));
                throw new OmgLlavaException(
                    $"'{folder}' holds the results of another run ({what}); give another --out, or --fresh to start over."
                );
            }
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"'{path}' is no record of a run; give another --out, or --fresh to start over.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The folder '{folder}' cannot be written: {error.Message}", error);
        }
    }
}
