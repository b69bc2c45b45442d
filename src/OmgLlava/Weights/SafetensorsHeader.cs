using System.Buffers.Binary;
using System.Text.Json;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>The header of a safetensors file: eight bytes of length, then JSON that says where each tensor lies.</summary>
internal static class SafetensorsHeader
{
    private const long MaxHeaderBytes = 100_000_000;

    private static readonly Dictionary<string, ElementType> Types = new()
    {
        ["F64"] = ElementType.Float64,
        ["F32"] = ElementType.Float32,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["I64"] = ElementType.Int64,
        ["I32"] = ElementType.Int32,
        ["I16"] = ElementType.Int16,
        ["I8"] = ElementType.Int8,
        ["U8"] = ElementType.Byte,
        ["BOOL"] = ElementType.Bool,
    };

    /// <summary>Reads and checks a header.</summary>
    /// <param name="file">The file from its beginning.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="OmgLlavaException">The file is no safetensors file, or its header contradicts itself or the file's
    /// size.</exception>
    public static Layout Read(FileStream file, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.Length < 8 || file.Read(prefix) != 8)
        {
            throw Broken(path, "it is shorter than the eight bytes of its header's length");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || length > (ulong)(file.Length - 8))
        {
            bool plausible = length <= MaxHeaderBytes && (file.Length == 8 || file.ReadByte() == '{');
            throw Broken(
                path,
                plausible
                    ? $"its header of {length} bytes is cut off, so the download was probably; download it again"
                    : $"its header claims {length} bytes but the file has {file.Length}, and it is no PyTorch file either; is "
                        + $"it the right file?"
            );
        }

        byte[] header = new byte[(int)length];
        file.ReadExactly(header);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                header,
                new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }
            );
            return Check(document.RootElement, 8 + (long)length, file.Length, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what a text that is no UTF-8 gives.
            throw new OmgLlavaException(
                $"'{path}' is not a valid safetensors file: its header is not valid JSON ({error.Message})",
                error
            );
        }
    }

    /// <summary>Writes the header for tensors that follow one another without gaps.</summary>
    public static byte[] Write(IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (TensorInfo tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", Types.First(type => type.Value == tensor.DType).Key);
                writer.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                {
                    writer.WriteNumberValue(size);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                writer.WriteNumberValue(offset += tensor.ByteCount);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        // Data starts at a multiple of eight; the format allows spaces after the JSON.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        byte[] result = new byte[8 + buffer.Length];
        BinaryPrimitives.WriteInt64LittleEndian(result, buffer.Length);
        buffer.ToArray().CopyTo(result, 8);
        return result;
    }

    private static Layout Check(JsonElement root, long dataStart, long fileLength, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Broken(path, "its header is not a JSON object");
        }

        var metadata = new Dictionary<string, string>();
        var placed = new List<(TensorInfo Info, long Begin, long End)>();
        foreach (JsonProperty entry in root.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                ReadMetadata(entry.Value, metadata, path);
            }
            else
            {
                placed.Add(ReadEntry(entry, path));
            }
        }

        long expected = 0;
        foreach ((TensorInfo info, long begin, long end) in placed.OrderBy(p => p.Begin).ThenBy(p => p.End))
        {
            if (begin != expected)
            {
                throw Broken(
                    path,
                    $"tensor '{info.Name}' begins at {begin} where {expected} was expected, so tensors overlap or leave a gap"
                );
            }

            expected = end;
        }

        if (dataStart + expected != fileLength)
        {
            throw Broken(
                path,
                $"its tensors need {dataStart + expected} bytes but the file has {fileLength}; it may be truncated, so "
                    + $"download it again"
            );
        }

        return new Layout(
            placed.ToDictionary(p => p.Info.Name, p => p.Info),
            placed.ToDictionary(p => p.Info.Name, p => dataStart + p.Begin),
            metadata
        );
    }

    private static (TensorInfo Info, long Begin, long End) ReadEntry(JsonProperty entry, string path)
    {
        string name = entry.Name;
        if (
            entry.Value.ValueKind != JsonValueKind.Object
            || !entry.Value.TryGetProperty("dtype", out JsonElement dtype)
            || dtype.ValueKind != JsonValueKind.String
            || !entry.Value.TryGetProperty("shape", out JsonElement shape)
            || shape.ValueKind != JsonValueKind.Array
            || !entry.Value.TryGetProperty("data_offsets", out JsonElement offsets)
            || offsets.ValueKind != JsonValueKind.Array
        )
        {
            throw Broken(path, $"tensor '{name}' lacks a dtype, shape or data_offsets");
        }

        if (!Types.TryGetValue(dtype.GetString()!, out ElementType type))
        {
            throw Broken(path, $"tensor '{name}' has the unknown dtype '{dtype.GetString()}'");
        }

        long[] sizes = Numbers(shape, name, "shape", path);
        long[] range = Numbers(offsets, name, "data_offsets", path);
        if (range.Length != 2 || range[0] > range[1])
        {
            throw Broken(path, $"tensor '{name}' has data_offsets that are no range");
        }

        var info = new TensorInfo(name, type, sizes);
        if (Bytes(info) != range[1] - range[0])
        {
            throw Broken(path, $"tensor '{name}' of shape {info.ShapeText} does not fill its {range[1] - range[0]} bytes");
        }

        return (info, range[0], range[1]);
    }

    private static long Bytes(TensorInfo info)
    {
        try
        {
            return info.ByteCount;
        }
        catch (OverflowException)
        {
            return -1;
        }
    }

    private static long[] Numbers(JsonElement array, string name, string field, string path)
    {
        if (array.GetArrayLength() > 32)
        {
            throw Broken(path, $"tensor '{name}' has too many numbers in its {field}");
        }

        return
        [
            .. array
                .EnumerateArray()
                .Select(number =>
                    number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long value) && value >= 0
                        ? value
                        : throw Broken(path, $"tensor '{name}' has a {field} that is not made of whole numbers")
                ),
        ];
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string path)
    {
        if (
            element.ValueKind != JsonValueKind.Object
            || element.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String)
        )
        {
            throw Broken(path, "its __metadata__ is not a map of texts");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private static OmgLlavaException Broken(string path, string why) => new($"'{path}' is not a valid safetensors file: {why}.");

    /// <summary>Descriptions of the tensors, where their bytes begin in the file, and the file's metadata.</summary>
    internal sealed record Layout(
        IReadOnlyDictionary<string, TensorInfo> Tensors,
        IReadOnlyDictionary<string, long> Begins,
        IReadOnlyDictionary<string, string> Metadata
    );
}
