using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace OmgLlava.Data.Json;

/// <summary>The records of a JSON file, each parsed when it is asked for. Safe to use from several threads.</summary>
/// <param name="path">The file.</param>
/// <param name="section">Name of the array in it; empty where the file is the array.</param>
/// <param name="spans">Where the records lie.</param>
internal sealed class JsonRecords(string path, string section, IReadOnlyList<JsonSpan> spans)
{
    // Open from the first record on until nobody holds the records any more: records are read by the hundred thousand.
    private readonly Lazy<SafeFileHandle> _file = new(() => DataFiles.OpenHandle(path));

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Number of records.</summary>
    public int Count => spans.Count;

    /// <summary>One record.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be read any more or has changed.</exception>
    public JsonRecord this[int index]
    {
        get
        {
            byte[] bytes = Read(spans[index]);
            if (!System.Text.Unicode.Utf8.IsValid(bytes))
            {
                throw new OmgLlavaException($"{Where(index)}: it has a text that is not UTF-8.");
            }

            try
            {
                return new JsonRecord(JsonSerializer.Deserialize(bytes, DataJson.Default.JsonElement), () => Where(index));
            }
            catch (JsonException error)
            {
                throw new OmgLlavaException($"'{path}' has changed while it was being read; start again.", error);
            }
        }
    }

    /// <summary>All records in their order.</summary>
    public IEnumerable<JsonRecord> All() => Enumerable.Range(0, Count).Select(i => this[i]);

    /// <summary>No records.</summary>
    public static JsonRecords Empty(string path) => new(path, "", []);

    /// <summary>Names a record in messages. Lines are counted only then.</summary>
    private string Where(int index)
    {
        string name = section.Length == 0 ? "record" : $"'{section}' record";
        return $"'{path}', {name} {index + 1} (line {Line(spans[index].Offset)})";
    }

    private byte[] Read(JsonSpan span)
    {
        byte[] bytes = new byte[span.Length];
        int read = 0;
        try
        {
            for (int more = -1; read < bytes.Length && more != 0; read += more)
            {
                more = RandomAccess.Read(_file.Value, bytes.AsSpan(read), span.Offset + read);
            }
        }
        catch (IOException error)
        {
            throw new OmgLlavaException($"The file '{path}' cannot be read: {error.Message}", error);
        }

        return read == bytes.Length
            ? bytes
            : throw new OmgLlavaException($"'{path}' has become shorter while it was being read; start again.");
    }

    private int Line(long offset)
    {
        using FileStream file = DataFiles.OpenRead(path);
        byte[] buffer = new byte[1 << 16];
        int line = 1;
        for (long left = offset; left > 0;)
        {
            int read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                break;
            }

            line += buffer.AsSpan(0, read).Count((byte)'\n');
            left -= read;
        }

        return line;
    }
}
