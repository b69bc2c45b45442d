using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Reports;

/// <summary>The numbers of a run as JSON.</summary>
public static class SummaryReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes them; a number that no sample decides about is null.</summary>
    /// <param name="run">What the run is of.</param>
    /// <param name="results">What came out of its tasks.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] Create(RunRecord run, IReadOnlyList<TaskResult> results)
    {
        var summary = new JsonObject
        {
            ["suite"] = run.Suite,
            ["data"] = run.Data,
            ["model"] = run.Model,
            ["weights"] = run.Weights,
            ["settings"] = run.Settings,
            ["tasks"] = new JsonArray([.. results.Select(Task)]),
        };
        return Encoding.UTF8.GetBytes($"{summary.ToJsonString(Json)}\n");
    }

    private static JsonObject Task(TaskResult result) =>
        new()
        {
            ["task"] = result.Task.Name,
            ["samples"] = result.Predictions.Count,
            ["cutOff"] = result.Predictions.Count(pair => !pair.Prediction.Complete),
            ["measures"] = new JsonArray([
                .. result.Measures.Select(measure => new JsonObject
                {
                    ["name"] = measure.Name,
                    ["value"] = Number(measure.Value),
                    ["samples"] = measure.Samples,
                    ["guess"] = Number(result.GuessOf(measure)),
                    ["note"] = measure.Note,
                }),
            ]),
        };

    private static JsonValue? Number(double? value) =>
        value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
