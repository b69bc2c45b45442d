using System.Text.Json;
using SkiaSharp;

namespace OmgLlava.Imaging;

/// <summary>Reads masks that users give: a picture whose lit pixels are inside, or JSON with a COCO run-length encoding.</summary>
public static class MaskFile
{
    // Nobody looks at a mask with the model, so any shape will do.
    private static readonly ImageLimits Limits = new() { MaxAspectRatio = int.MaxValue };

    /// <summary>Reads a mask.</summary>
    /// <param name="path">
    /// A picture (a pixel is inside when one of its channels is at least 128), or a JSON file with <c>size: [height, width]</c> and
    /// <c>counts</c>, compressed or as a list of runs.
    /// </param>
    /// <exception cref="OmgLlavaException">The file is missing or holds no mask.</exception>
    public static Mask Load(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? FromJson(path) : FromPicture(ImageFile.Load(path, Limits));

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

    private static Mask FromJson(string path)
    {
        try
        {
            using FileStream file = Weights.TensorFiles.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(file);
            JsonElement size = document.RootElement.GetProperty("size");
            JsonElement counts = document.RootElement.GetProperty("counts");
            (int height, int width) = (size[0].GetInt32(), size[1].GetInt32());
            return Mask.FromRle(counts.ValueKind == JsonValueKind.String
                ? CocoRle.Parse(width, height, counts.GetString()!)
                : CocoRle.FromRuns(width, height, [.. counts.EnumerateArray().Select(run => run.GetUInt32())]));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new OmgLlavaException($"'{path}' holds no mask; expected {{\"size\": [height, width], \"counts\": ...}}.", error);
        }
    }
}
