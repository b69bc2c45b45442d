using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Files;

namespace OmgLlava.Training.Engine;

/// <summary>
/// The log of a stage: one JSON object a line. A resumed run first drops the lines behind its checkpoint, which it will write
/// again, so that each step stands there once.
/// </summary>
internal sealed class TrainingLog
{
    private const string Name = "log.jsonl";

    // The log is read by people and never put into a web page.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly List<(int Step, double Loss)> _losses = [];

    /// <param name="folder">Existing folder.</param>
    /// <param name="step">The step that training goes on from.</param>
    public TrainingLog(string folder, int step)
    {
        _path = Path.Combine(folder, Name);
        string[] kept = File.Exists(_path) ? [.. File.ReadLines(_path).Where(line => Keep(line, step))] : [];
        OutputFile.Write(
            _path,
            file =>
            {
                using var writer = new StreamWriter(file, leaveOpen: true);
                Array.ForEach(kept, writer.WriteLine);
            }
        );
    }

    /// <summary>Total losses by step, those of earlier runs included.</summary>
    public IReadOnlyList<(int Step, double Loss)> Losses => _losses;

    /// <summary>Adds a line about losses.</summary>
    public void Write(TrainingProgress progress)
    {
        _losses.Add((progress.Step, progress.Loss));
        Append(
            new
            {
                step = progress.Step,
                loss = progress.Loss,
                terms = progress.Terms,
                learning_rate = progress.LearningRate,
                gradient_norm = Finite(progress.GradientNorm),
                samples_per_second = Math.Round(progress.SamplesPerSecond, 2),
                time = DateTimeOffset.UtcNow.ToString("O"),
            }
        );
    }

    /// <summary>Adds a line about an answer.</summary>
    public void Write(int step, TrainingSample sample) =>
        Append(
            new
            {
                step,
                question = sample.Question,
                expected = sample.Expected,
                answer = sample.Answer,
                picture = sample.Picture,
            }
        );

    private void Append(object line)
    {
        try
        {
            File.AppendAllText(_path, JsonSerializer.Serialize(line, Readable) + "\n");
        }
        catch (IOException)
        {
            // A full disk ends the log before it ends the training; checkpoints say so themselves.
        }
    }

    private bool Keep(string line, int step)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(line);
            int at = (int?)node?["step"] ?? int.MaxValue;
            if (at <= step && node?["loss"] is { } loss)
            {
                _losses.Add((at, (double)loss));
            }

            return at <= step;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return false; // the line that was being written when the process ended
        }
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
