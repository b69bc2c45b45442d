using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OmgLlava.World;

/// <summary>A JSON array, one record a line.</summary>
internal sealed class JsonLines
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly StringBuilder _text = new();

    public long Count { get; private set; }

    public void Add(JsonObject record)
    {
        _text.Append(Count++ == 0 ? "\n" : ",\n").Append(record.ToJsonString(Options));
    }

    public override string ToString() => $"[{_text}\n]";

    public void Save(string path) => File.WriteAllText(path, $"{this}\n");

    public static string Array(IEnumerable<JsonObject> records)
    {
        var lines = new JsonLines();
        foreach (JsonObject record in records)
        {
            lines.Add(record);
        }

        return lines.ToString();
    }

    public static void Save(string path, params (string Name, string Array)[] sections) =>
        File.WriteAllText(
            path,
            $"{{\n{string.Join(",\n", sections.Select(section => $"\"{section.Name}\": {section.Array}"))}\n}}\n"
        );
}
