using System.Text.Json;
using OmgLlava.Files;
using OmgLlava.Formats;

namespace OmgLlava.Conversion;

/// <summary>Small JSON files that lie beside published weights.</summary>
internal static class JsonFile
{
    private const long MaxBytes = 64 << 20;

    /// <summary>Reads a file whose root is an object.</summary>
    /// <exception cref="OmgLlavaException">It is missing, too large, or not what is expected; the message names it.</exception>
    public static T Read<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            if (file.Length > MaxBytes)
            {
                throw new JsonException($"it has {file.Length} bytes");
            }

            NotTheFile.Refuse(file, path, textual: true);
            using JsonDocument document = JsonDocument.Parse(file);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new JsonException("it is not a JSON object");
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or InvalidOperationException
                        or NotSupportedException
                        or FormatException
                        or KeyNotFoundException
            )
        {
            throw new OmgLlavaException($"'{path}' is not a valid configuration: {error.Message}", error);
        }
    }
}
