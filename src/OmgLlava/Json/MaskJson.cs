using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using OmgLlava.Imaging;

namespace OmgLlava.Json;

/// <summary>A mask as JSON: its size and one of four forms.</summary>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="Counts">COCO's compressed run lengths.</param>
/// <param name="Png">A data URI of an 8-bit grey PNG, 255 inside.</param>
/// <param name="Polygons">Outlines, each x0, y0, x1, y1, ...</param>
/// <param name="Path">SVG path data.</param>
public sealed record MaskJson(
    int[] Size,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Counts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Png = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IReadOnlyList<double>>? Polygons = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path = null
)
{
    private const string PngPrefix = "data:image/png;base64,";

    // Nobody looks at a mask with the model, so any shape will do.
    private static readonly ImageLimits Limits = new() { MaxAspectRatio = int.MaxValue };

    /// <summary>Writes a mask.</summary>
    public static MaskJson Of(Mask mask, MaskFormat format = MaskFormat.Rle)
    {
        int[] size = [mask.Height, mask.Width];
        return format switch
        {
            MaskFormat.Png => new MaskJson(size, Png: PngPrefix + Convert.ToBase64String(MaskFile.EncodePng(mask))),
            MaskFormat.Polygon => new MaskJson(size, Polygons: mask.ToPolygons()),
            MaskFormat.Svg => new MaskJson(size, Path: SvgPath(mask.ToPolygons())),
            _ => new MaskJson(size, Counts: mask.ToRle().ToString()),
        };
    }

    /// <summary>Reads a mask.</summary>
    /// <param name="width">Width that it must have: the picture's.</param>
    /// <param name="height">Height that it must have.</param>
    /// <exception cref="OmgLlavaException">It is damaged, has another size, or has none of the forms or several.</exception>
    public Mask ToMask(int width, int height)
    {
        if (Size is not [var h, var w])
        {
            throw new OmgLlavaException("A mask needs 'size': [height, width].");
        }

        if (w != width || h != height)
        {
            throw new OmgLlavaException(
                $"The mask is {w} x {h} pixels, but the image is {width} x {height}; they must be the same size."
            );
        }

        return (Counts, Png, Polygons, Path) switch
        {
            ({ } counts, null, null, null) => Mask.FromRle(CocoRle.Parse(width, height, counts)),
            (null, { } png, null, null) => MaskFile.FromPicture(DecodePng(png, width, height)),
            (null, null, { } polygons, null) => Mask.FromPolygons(width, height, polygons),
            _ => throw new OmgLlavaException("A mask needs exactly one of 'counts', 'png' and 'polygons'."),
        };
    }

    private static RgbImage DecodePng(string uri, int width, int height)
    {
        byte[] bytes = new byte[uri.Length];
        if (
            !uri.StartsWith(PngPrefix, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(uri[PngPrefix.Length..], bytes, out int count)
        )
        {
            throw new OmgLlavaException($"The 'png' of a mask must begin with '{PngPrefix}' and go on in base64.");
        }

        RgbImage image = ImageFile.Decode(bytes[..count], "the mask", Limits with { MaxPixels = (long)width * height });
        return image.Width == width && image.Height == height
            ? image
            : throw new OmgLlavaException(
                $"The mask's picture is {image.Width} x {image.Height} pixels, but its size says {width} x {height}."
            );
    }

    internal static string SvgPath(IReadOnlyList<IReadOnlyList<double>> polygons)
    {
        var path = new StringBuilder();
        foreach (IReadOnlyList<double> polygon in polygons)
        {
            for (int i = 0; i + 1 < polygon.Count; i += 2)
            {
                path.Append(i == 0 ? 'M' : 'L').Append(CultureInfo.InvariantCulture, $"{polygon[i]} {polygon[i + 1]}");
            }

            path.Append('Z');
        }

        return path.ToString();
    }
}
