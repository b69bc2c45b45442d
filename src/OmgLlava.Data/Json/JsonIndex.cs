using System.Text.Json;

namespace OmgLlava.Data.Json;

/// <summary>
/// Where the records of a JSON file lie. The whole file is checked once, in pieces, so that it may be larger than memory; a
/// record is parsed when it is asked for.
/// </summary>
internal static class JsonIndex
{
    private const int FirstBuffer = 1 << 20;
    private const int LongestToken = 1 << 28;

    /// <summary>The elements of the array that the file is.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be read, is no JSON, or is no array.</exception>
    public static JsonRecords Array(string path) => Scan(path, JsonLayout.Array).GetValueOrDefault("") ?? JsonRecords.Empty(path);

    /// <summary>The values of a file that holds one JSON value after the other, as a rule one a line.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be read or is no JSON.</exception>
    public static JsonRecords Lines(string path) => Scan(path, JsonLayout.Lines).GetValueOrDefault("") ?? JsonRecords.Empty(path);

    /// <summary>The elements of each array in the object that the file is, by the name of the array.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be read, is no JSON, or is no object.</exception>
    public static IReadOnlyDictionary<string, JsonRecords> Sections(string path) => Scan(path, JsonLayout.Sections);

    private static Dictionary<string, JsonRecords> Scan(string path, JsonLayout layout)
    {
        var scan = new JsonScan(layout);
        using FileStream file = DataFiles.OpenRead(path);
        byte[] buffer = new byte[FirstBuffer];
        long start = SkipByteOrderMark(file);
        int filled = 0;
        var state = new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = layout == JsonLayout.Lines });
        try
        {
            for (bool last = false; !last;)
            {
                int read = file.Read(buffer, filled, buffer.Length - filled);
                (filled, last) = (filled + read, read == 0);
                var reader = new Utf8JsonReader(buffer.AsSpan(0, filled), last, state);
                while (reader.Read())
                {
                    scan.Take(ref reader, start);
                }

                int used = (int)reader.BytesConsumed;
                state = reader.CurrentState;
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                (start, filled) = (start + used, filled - used);
                if (filled == buffer.Length)
                {
                    System.Array.Resize(
                        ref buffer,
                        buffer.Length < LongestToken ? 2 * buffer.Length : throw new JsonException("a text in it is too long")
                    );
                }
            }

            return scan.Sections.ToDictionary(
                section => section.Key,
                section => new JsonRecords(path, section.Key, section.Value)
            );
        }
        catch (InvalidOperationException error)
        {
            throw new OmgLlavaException($"'{path}' has a name that is no Unicode.", error);
        }
        catch (JsonException error)
        {
            string line = error.LineNumber is { } number ? $" (line {number + 1})" : "";
            // it may quote the file
            string why = string.Concat(
                error.Message.Split(" LineNumber")[0].TrimEnd('.').Select(c => char.IsControl(c) ? ' ' : c)
            );
            throw new OmgLlavaException($"'{path}' is not the JSON expected here{line}: {why}.", error);
        }
    }

    private static int SkipByteOrderMark(FileStream file)
    {
        Span<byte> mark = stackalloc byte[3];
        int read = file.ReadAtLeast(mark, 3, throwOnEndOfStream: false);
        bool found = mark[..read].SequenceEqual("\uFEFF"u8);
        file.Position = found ? 3 : 0;
        return found ? 3 : 0;
    }
}
