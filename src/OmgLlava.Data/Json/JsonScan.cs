using System.Text.Json;

namespace OmgLlava.Data.Json;

/// <summary>Finds the records in the tokens of a JSON file.</summary>
internal sealed class JsonScan(JsonLayout layout)
{
    private readonly int _depth = layout switch
    {
        JsonLayout.Lines => 0,
        JsonLayout.Array => 1,
        _ => 2,
    }; // where records begin
    private List<JsonSpan>? _section;
    private string _property = "";
    private long _begin = -1;

    /// <summary>The records found, by the name of their array.</summary>
    public Dictionary<string, List<JsonSpan>> Sections { get; } = [];

    /// <summary>Takes the next token.</summary>
    /// <param name="reader">Stands at it.</param>
    /// <param name="start">Offset in the file of the reader's first byte.</param>
    public void Take(ref Utf8JsonReader reader, long start)
    {
        int depth = reader.CurrentDepth;
        if (depth < _depth)
        {
            Open(ref reader, depth);
        }
        else if (depth == _depth && (layout == JsonLayout.Lines || _section is not null))
        {
            bool opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            bool closes = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            _begin = closes ? _begin : start + reader.TokenStartIndex;
            if (!opens)
            {
                long length = start + reader.BytesConsumed - _begin;
                (_section ??= Section("")).Add(
                    new JsonSpan(
                        _begin,
                        length <= int.MaxValue ? (int)length : throw new JsonException("a record in it is too long")
                    )
                );
            }
        }
    }

    private void Open(ref Utf8JsonReader reader, int depth)
    {
        JsonTokenType token = reader.TokenType;
        if (depth == 0 && layout == JsonLayout.Array)
        {
            _section = token is JsonTokenType.StartArray or JsonTokenType.EndArray
                ? Section("")
                : throw new JsonException("it is no array");
        }
        else if (depth == 0 && token is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
        {
            throw new JsonException("it is no object");
        }
        else if (token == JsonTokenType.PropertyName)
        {
            (_property, _section) = (reader.GetString()!, null);
        }
        else if (depth == 1)
        {
            _section = token == JsonTokenType.StartArray ? Section(_property) : null;
        }
    }

    private List<JsonSpan> Section(string name)
    {
        if (!Sections.TryGetValue(name, out List<JsonSpan>? spans))
        {
            Sections[name] = spans = [];
        }

        return spans;
    }
}
