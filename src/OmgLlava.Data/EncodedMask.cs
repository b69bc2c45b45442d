using System.Text.Json;
using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>
/// A region of a picture as an annotation writes it: polygons, or COCO run-length encodings, or nothing. Its parts are joined. It
/// is checked when it is read and takes the memory of its pixels only when they are asked for.
/// </summary>
public sealed class EncodedMask
{
    private const long MaxPixels = 1L << 28;

    private readonly IReadOnlyList<IReadOnlyList<double>> _polygons;
    private readonly IReadOnlyList<CocoRle> _encodings;

    private EncodedMask(int width, int height, IReadOnlyList<IReadOnlyList<double>> polygons, IReadOnlyList<CocoRle> encodings) =>
        (Width, Height, _polygons, _encodings) = (width, height, polygons, encodings);

    /// <summary>Width of the picture in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the picture in pixels.</summary>
    public int Height { get; }

    /// <summary>Parts in the order of the annotation, as run-length encodings.</summary>
    public IReadOnlyList<CocoRle> Parts =>
        _encodings.Count > 0 ? _encodings : [.. _polygons.Select(polygon => Mask.FromPolygons(Width, Height, [polygon]).ToRle())];

    /// <summary>Number of pixels; of a single run-length encoding it is known without drawing it.</summary>
    public long Area => _encodings.Count == 1 ? _encodings[0].Area : ToMask().Area;

    /// <summary>Whether it has no pixel.</summary>
    public bool IsEmpty => _polygons.Count == 0 ? _encodings.All(encoding => encoding.Area == 0) : ToMask().IsEmpty;

    /// <summary>The pixels of all parts together.</summary>
    public Mask ToMask()
    {
        if (_polygons.Count > 0)
        {
            return Mask.FromPolygons(Width, Height, _polygons);
        }

        if (_encodings.Count == 1)
        {
            return Mask.FromRle(_encodings[0]);
        }

        bool[] pixels = new bool[Width * Height];
        foreach (CocoRle part in _encodings)
        {
            bool[] inside = part.ToPixels();
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] |= inside[i];
            }
        }

        return new Mask(Width, Height, pixels);
    }

    /// <summary>The pixels of all parts together as one run-length encoding; a single one is given as it was read.</summary>
    public CocoRle ToRle() => _encodings.Count == 1 ? _encodings[0] : ToMask().ToRle();

    /// <summary>A region of pixels.</summary>
    public static EncodedMask Of(Mask mask) => new(mask.Width, mask.Height, [], [mask.ToRle()]);

    /// <summary>A region without pixels.</summary>
    public static EncodedMask Nothing(int width, int height) => new(width, height, [], []);

    /// <summary>All pixels of several regions.</summary>
    internal static EncodedMask Union(int width, int height, IReadOnlyList<EncodedMask> regions) =>
        regions.Count switch
        {
            0 => Nothing(width, height),
            1 => regions[0],
            _ => new EncodedMask(width, height, [], [.. regions.SelectMany(region => region.Parts)]),
        };

    /// <summary>Reads the member of a record that holds a region.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">The member.</param>
    /// <param name="size">Width and height of the picture, which the region must have; null where only the region tells
    /// them.</param>
    internal static EncodedMask Read(JsonRecord record, string name, (int Width, int Height)? size) =>
        record.Guard(() =>
            Parse(record.Member(name), size) ?? throw record.Error($"'{name}' is neither polygons nor a run-length encoding")
        );

    private static EncodedMask? Parse(JsonElement value, (int Width, int Height)? size)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return Encoding(value, size) is { } encoding
                ? new EncodedMask(encoding.Width, encoding.Height, [], [encoding])
                : null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        JsonElement[] parts = [.. value.EnumerateArray()];
        if (parts.Length > 0 && parts[0].ValueKind == JsonValueKind.Object)
        {
            CocoRle?[] encodings = [.. parts.Select(part => Encoding(part, size))];
            return encodings.All(e => e is not null && (e.Width, e.Height) == (encodings[0]!.Width, encodings[0]!.Height))
                ? new EncodedMask(encodings[0]!.Width, encodings[0]!.Height, [], encodings!)
                : null;
        }

        if (size is not { } picture)
        {
            return null;
        }

        // A single polygon is also written without the list around it.
        IReadOnlyList<double>?[] polygons =
            parts.Length > 0 && parts[0].ValueKind == JsonValueKind.Number
                ? [JsonRecord.Numbers(value)]
                : [.. parts.Select(JsonRecord.Numbers)];
        return
            polygons.All(polygon => polygon is not null && polygon.Count >= 6 && polygon.Count % 2 == 0)
            && (long)picture.Width * picture.Height <= MaxPixels
            ? new EncodedMask(picture.Width, picture.Height, polygons!, [])
            : null;
    }

    private static CocoRle? Encoding(JsonElement value, (int Width, int Height)? size)
    {
        if (
            value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("size", out JsonElement sizes)
            || JsonRecord.Numbers(sizes) is not [var height, var width]
            || !value.TryGetProperty("counts", out JsonElement counts)
            || !(height >= 1 && height <= int.MaxValue && width >= 1 && width <= int.MaxValue)
        )
        {
            return null;
        }

        if (size is { } picture && (picture.Width, picture.Height) != ((int)width, (int)height))
        {
            throw new OmgLlavaException(
                $"A mask is {width} x {height} pixels, but its image is {picture.Width} x {picture.Height}."
            );
        }

        if (counts.ValueKind == JsonValueKind.String)
        {
            return CocoRle.Parse((int)width, (int)height, counts.GetString()!);
        }

        IReadOnlyList<double>? runs = JsonRecord.Numbers(counts);
        return runs is not null && runs.All(run => run >= 0 && run <= uint.MaxValue && run == Math.Floor(run))
            ? CocoRle.FromRuns((int)width, (int)height, [.. runs.Select(run => (uint)run)])
            : null;
    }
}
