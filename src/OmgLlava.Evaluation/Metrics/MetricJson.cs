using System.Text.Json;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>Reads JSON files of annotations and results; what is wrong is said with the file's name and the record's
/// number.</summary>
internal static class MetricJson
{
    public static JsonDocument Open(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonDocument.Parse(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OmgLlavaException($"The file '{path}' does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The file '{path}' cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"The file '{path}' is no JSON, or is cut off: {error.Message.TrimEnd('.')}.", error);
        }
    }

    public static bool Has(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out _);

    /// <summary>Reads the records of a member that is an array.</summary>
    public static T[] Read<T>(string path, JsonElement root, string name, Func<JsonElement, T> read) =>
        Has(root, name)
            ? Read(path, root.GetProperty(name), read, name)
            : throw new OmgLlavaException($"The file '{path}' has no '{name}'.");

    /// <summary>Reads the records of an array.</summary>
    public static T[] Read<T>(string path, JsonElement array, Func<JsonElement, T> read, string name = "results")
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new OmgLlavaException($"In the file '{path}', {name} is no list.");
        }

        var records = new T[array.GetArrayLength()];
        int at = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            records[at] = Guard(() => read(item), $"In the file '{path}', record {at} of {name}");
            at++;
        }

        return records;
    }

    /// <summary>Runs a reader and names the place when a member is missing or of another kind.</summary>
    public static T Guard<T>(Func<T> read, string place)
    {
        try
        {
            return read();
        }
        catch (Exception error)
            when (error is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new OmgLlavaException($"{place} is damaged: a member is missing or of another kind.", error);
        }
        catch (OmgLlavaException error)
        {
            throw new OmgLlavaException(
                $"{place} is damaged: {char.ToLowerInvariant(error.Message[0])}{error.Message[1..].TrimEnd('.')}.",
                error
            );
        }
    }

    /// <summary>An id, also where it is written as 12.0 or "12".</summary>
    public static long Integer(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String when long.TryParse(value.GetString(), out long id) => id,
            JsonValueKind.Number when value.TryGetInt64(out long id) => id,
            JsonValueKind.Number when value.TryGetDouble(out double id) && Math.Abs(id) < 1L << 53 && double.IsInteger(id) =>
                (long)id,
            _ => throw new FormatException(),
        };
}
