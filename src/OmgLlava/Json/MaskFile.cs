using System.Globalization;
using System.Text.Json;
using OmgLlava.Files;
using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.Json;

/// <summary>Reads masks that users give: a picture, or JSON with a COCO run-length encoding, a COCO record, or an answer of this
/// program.</summary>
internal static class MaskFile
{
    // Nobody looks at a mask with the model, so any shape will do.
    private static readonly ImageLimits Limits = new() { MaxAspectRatio = int.MaxValue };

    /// <summary>Reads a mask.</summary>
    /// <param name="path">
    /// A picture: its alpha is the mask where it varies, else the greater of two values, else what is at least 128. Or a JSON
    /// file with <c>size: [height, width]</c> and <c>counts</c>, compressed or as a list of runs; with a COCO record's
    /// <c>segmentation</c>; or with an answer as <c>--json</c> writes it. Of several masks in a file <c>file.json#2</c> is the
    /// second.
    /// </param>
    /// <exception cref="OmgLlavaException">The file is missing, holds no mask, or could mean several.</exception>
    public static Mask Load(string path) => Load(path, null);

    /// <summary>Reads a mask of a picture whose size is known, which polygons need.</summary>
    internal static Mask Load(string path, (int Width, int Height)? picture)
    {
        int mark = path.LastIndexOf(".json#", StringComparison.OrdinalIgnoreCase);
        if (mark >= 0)
        {
            string number = path[(mark + 6)..];
            return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index >= 1
                ? FromJson(path[..(mark + 5)], index, picture)
                : throw new OmgLlavaException($"'{path}' names no mask; write the number of one behind #, from 1 on.");
        }

        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return FromJson(path, null, picture);
        }

        using DecodedPicture decoded = DecodedPicture.Decode(ImageFile.ReadBytes(path, Limits), path, Limits, exact: true);
        return MaskPicture.Read(decoded, path);
    }

    /// <summary>The pixels of a picture of which one channel is at least 128.</summary>
    internal static Mask FromPicture(RgbImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        bool[] inside = new bool[image.Width * image.Height];
        for (int i = 0; i < inside.Length; i++)
        {
            inside[i] = pixels[3 * i] >= 128 || pixels[(3 * i) + 1] >= 128 || pixels[(3 * i) + 2] >= 128;
        }

        return new Mask(image.Width, image.Height, inside);
    }

    /// <summary>The mask as an 8-bit grey PNG, 255 inside.</summary>
    public static byte[] EncodePng(Mask mask)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(mask.Width, mask.Height, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        pixels.Clear();
        ReadOnlySpan<int> runs = mask.Runs.Bounds;
        for (int i = 0; i < runs.Length; i += 2)
        {
            (int y, int x) = Math.DivRem(runs[i], mask.Width);
            pixels.Slice((y * bitmap.RowBytes) + x, runs[i + 1] - runs[i]).Fill(255);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static Mask FromJson(string path, int? index, (int Width, int Height)? picture)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            using JsonDocument document = JsonDocument.Parse(file);
            (string Name, JsonElement Mask)[] found = [.. Find(document.RootElement, "")];
            return (found.Length, index) switch
            {
                (0, _) => throw new OmgLlavaException(
                    $"'{path}' holds no mask; expected {{\"size\": [height, width], \"counts\": ...}}, a COCO record, or an "
                        + $"answer."
                ),
                (1, null) => ToMask(found[0].Mask, picture),
                (_, { } chosen) when chosen <= found.Length => ToMask(found[chosen - 1].Mask, picture),
                (_, { } chosen) => throw new OmgLlavaException(
                    $"'{path}' holds {found.Length} mask(s), so there is no mask {chosen}."
                ),
                _ => throw new OmgLlavaException(
                    $"'{path}' holds {found.Length} masks; name one: "
                        + $"{string.Join(", ", found.Take(6).Select((mask, i) => $"{Path.GetFileName(path)}#{i + 1}{(mask.Name.Length > 0 ? $" ({mask.Name})" : "")}"))}."
                ),
            };
        }
        catch (Exception error) when (JsonErrors.Means(error))
        {
            throw new OmgLlavaException(
                $"'{path}' holds no mask that can be read; expected {{\"size\": [height, width], \"counts\": ...}}, a COCO "
                    + $"record, or an answer.",
                error
            );
        }
    }

    /// <summary>The masks of a document in their order, each with the phrase or class that it belongs to.</summary>
    private static IEnumerable<(string Name, JsonElement Mask)> Find(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().SelectMany(item => Find(item, name));
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        foreach (string label in (string[])["phrase", "class"])
        {
            name =
                element.TryGetProperty(label, out JsonElement text) && text.ValueKind == JsonValueKind.String
                    ? text.GetString()!
                    : name;
        }

        bool sized = element.TryGetProperty("size", out _);
        return sized
            && (
                element.TryGetProperty("counts", out _)
                || element.TryGetProperty("polygons", out _)
                || element.TryGetProperty("png", out _)
            )
                ? [(name, element)]
            : element.TryGetProperty("segmentation", out JsonElement segmentation) ? [(name, segmentation)]
            : element.EnumerateObject().SelectMany(property => Find(property.Value, name));
    }

    private static Mask ToMask(JsonElement mask, (int Width, int Height)? picture)
    {
        if (mask.ValueKind == JsonValueKind.Array) // COCO's polygons
        {
            (int width, int height) = picture ?? throw new OmgLlavaException("A mask of polygons needs the size of its picture.");
            return Mask.FromPolygons(
                width,
                height,
                [
                    .. mask.EnumerateArray()
                        .Select(polygon => (double[])[.. polygon.EnumerateArray().Select(number => number.GetDouble())]),
                ]
            );
        }

        (int h, int w) = (mask.GetProperty("size")[0].GetInt32(), mask.GetProperty("size")[1].GetInt32());
        return mask.TryGetProperty("counts", out JsonElement counts) && counts.ValueKind == JsonValueKind.Array
            ? Mask.FromRle(CocoRle.FromRuns(w, h, [.. counts.EnumerateArray().Select(run => run.GetUInt32())]))
            : (mask.Deserialize(ReplyJson.Options.Of<MaskJson>()) ?? throw new JsonException()).ToMask(w, h);
    }
}
