using System.Text.Json;
using OmgLlava.Data.Json;

namespace OmgLlava.Data.Semantic;

/// <summary>Reads the names of classes: a JSON list; ADE20K's <c>objectInfo150.txt</c>; COCO-Stuff's <c>labels.txt</c>.</summary>
internal static class ClassNameFile
{
    private const int MostClasses = 255; // labels are bytes, and 255 is no class
    private const int MostBytes = 1 << 20;

    /// <exception cref="OmgLlavaException">The file is missing or holds no names.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        using FileStream file = DataFiles.OpenRead(path);
        if (file.Length > MostBytes)
        {
            throw new OmgLlavaException($"'{path}' is too large for a list of class names.");
        }

        using var reader = new StreamReader(file);
        string text = reader.ReadToEnd();
        string[] names = text.AsSpan().TrimStart().StartsWith("[") ? Json(text, path) : Lines(text, path);
        return names.Length is > 0 and <= MostClasses && names.All(name => name.Length > 0)
            ? names
            : throw new OmgLlavaException($"'{path}' holds no list of 1 to {MostClasses} class names.");
    }

    private static string[] Json(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DataJson.Default.StringArray) is { } names && !names.Contains(null!)
                ? names
                : throw new OmgLlavaException($"'{path}' holds no list of class names.");
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"'{path}' is no JSON list of class names (line {error.LineNumber + 1}).", error);
        }
    }

    private static string[] Lines(string text, string path)
    {
        // Either has a first line that is no class. ADE20K has the name in the last column, synonyms after a comma.
        string[] lines = [.. text.Split('\n').Select(line => line.Trim('\r')).Where(line => line.Trim().Length > 0).Skip(1)];
        return lines.All(line => line.Contains('\t', StringComparison.Ordinal))
                ? [.. lines.Select(line => line.Split('\t')[^1].Split(',')[0].Trim())]
            : lines.All(line => line.Contains(": ", StringComparison.Ordinal))
                ? [.. lines.Select(line => line.Split(": ")[^1].Trim())]
            : throw new OmgLlavaException(
                $"'{path}' is neither a table with tabs, nor lines of 'number: name', nor a JSON list."
            );
    }
}
