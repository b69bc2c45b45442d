using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Imaging;
using OmgLlava.Json;

namespace OmgLlava.Evaluation.Runs;

/// <summary>
/// The results of a task, one JSON object a line, written as they come. A line that was cut off by the end of the process is
/// dropped when the file is opened again.
/// </summary>
internal sealed class PredictionFile : IDisposable
{
    private readonly FileStream _file;

    private PredictionFile(FileStream file, Dictionary<int, Prediction> found) => (_file, Found) = (file, found);

    /// <summary>What was in the file, by the number of the sample.</summary>
    public Dictionary<int, Prediction> Found { get; }

    /// <exception cref="OmgLlavaException">The file cannot be read or is none of results.</exception>
    public static PredictionFile Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            try
            {
                (Dictionary<int, Prediction> found, long end) = Read(file, path);
                file.SetLength(end);
                file.Position = end;
                return new PredictionFile(file, found);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The file '{path}' cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Adds results and sees to it that they are in the file.</summary>
    public void Append(IEnumerable<(int Index, Probe Probe, Expectation Expected, Prediction Prediction, double Score)> results)
    {
        using var lines = new MemoryStream();
        foreach ((int index, Probe probe, Expectation expected, Prediction prediction, double score) in results)
        {
            lines.Write(Encoding.UTF8.GetBytes(ToJson(index, probe, expected, prediction, score).ToJsonString()));
            lines.WriteByte((byte)'\n');
        }

        lines.WriteTo(_file);
        _file.Flush(flushToDisk: false);
    }

    public void Dispose() => _file.Dispose();

    private static JsonObject ToJson(int index, Probe probe, Expectation expected, Prediction prediction, double score) =>
        new()
        {
            ["index"] = index,
            ["id"] = probe.Id,
            ["image"] = probe.ImageName,
            ["question"] = probe.Question,
            ["expected"] = expected.Text,
            ["answer"] = prediction.Answer,
            ["complete"] = prediction.Complete,
            ["score"] = score,
            ["segments"] = new JsonArray([
                .. prediction.Segments.Select(segment => new JsonObject
                {
                    ["phrase"] = segment.Phrase,
                    ["score"] = segment.Score,
                    ["mask"] = segment.Mask is null
                        ? null
                        : new JsonObject
                        {
                            ["size"] = new JsonArray(segment.Mask.Height, segment.Mask.Width),
                            ["counts"] = segment.Mask.ToString(),
                        },
                }),
            ]),
        };

    private static (Dictionary<int, Prediction> Found, long End) Read(FileStream file, string path)
    {
        var found = new Dictionary<int, Prediction>();
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int from = 0;
        for (int line = 1; bytes.AsSpan(from).IndexOf((byte)'\n') is >= 0 and int length; line++, from += length + 1)
        {
            try
            {
                JsonElement record = JsonSerializer.Deserialize(bytes.AsSpan(from, length), EvaluationJson.Default.JsonElement);
                found[record.GetProperty("index").GetInt32()] = FromJson(record);
            }
            catch (Exception error) when (JsonErrors.Means(error) || error is OmgLlavaException)
            {
                throw new OmgLlavaException(
                    $"'{path}' has a damaged result in line {line}; remove the line, or start afresh with --fresh.",
                    error
                );
            }
        }

        return (found, from);
    }

    private static Prediction FromJson(JsonElement record) =>
        new(
            record.GetProperty("answer").GetString()!,
            [.. record.GetProperty("segments").EnumerateArray().Select(Segment)],
            record.GetProperty("complete").GetBoolean()
        );

    private static PredictedSegment Segment(JsonElement segment)
    {
        JsonElement mask = segment.GetProperty("mask");
        JsonElement size = mask.ValueKind == JsonValueKind.Null ? default : mask.GetProperty("size");
        return new PredictedSegment(
            segment.GetProperty("phrase").GetString()!,
            segment.GetProperty("score").GetDouble(),
            mask.ValueKind == JsonValueKind.Null
                ? null
                : CocoRle.Parse(size[1].GetInt32(), size[0].GetInt32(), mask.GetProperty("counts").GetString()!)
        );
    }
}
