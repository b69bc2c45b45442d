using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>
/// Boxes of a VOC folder: its own, <c>Annotations/ID.xml</c>, and those of files <c>*_boxes_PART.json</c>
/// (<c>{ "ID": [{ "name": "dog", "box": [x0, y0, x1, y1] }] }</c>), as there are for the animals.
/// </summary>
internal sealed class VocBoxes
{
    private const long MostBytes = 1L << 28;

    private readonly string _annotations;
    private readonly Dictionary<string, NamedBox[]> _listed = [];

    /// <exception cref="OmgLlavaException">A file is damaged.</exception>
    public VocBoxes(string root)
    {
        _annotations = Path.Combine(root, "Annotations");
        foreach (string path in Directory.EnumerateFiles(root, "*_boxes_*.json").Order(StringComparer.Ordinal))
        {
            ReadList(path);
        }
    }

    /// <summary>The boxes of a photograph; none where nothing is known.</summary>
    /// <exception cref="OmgLlavaException">The file is damaged.</exception>
    public IReadOnlyList<NamedBox> Of(string id)
    {
        string path = Path.Combine(_annotations, id + ".xml");
        return _listed.TryGetValue(id, out NamedBox[]? boxes) ? boxes
            : File.Exists(path) ? ReadXml(path)
            : [];
    }

    private void ReadList(string path)
    {
        using FileStream file = DataFiles.OpenRead(path);
        if (file.Length > MostBytes)
        {
            throw new OmgLlavaException($"'{path}' is too large for a list of boxes.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(file);
            foreach (JsonProperty photo in document.RootElement.EnumerateObject())
            {
                _listed[photo.Name] = [.. photo.Value.EnumerateArray().Select(Box)];
            }
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            throw new OmgLlavaException($"'{path}' is no list of boxes: {error.Message}", error);
        }

        static NamedBox Box(JsonElement item)
        {
            float[] sides = [.. item.GetProperty("box").EnumerateArray().Select(side => side.GetSingle())];
            return new NamedBox(item.GetProperty("name").GetString()!, new PixelBox(sides[0], sides[1], sides[2], sides[3]));
        }
    }

    private static NamedBox[] ReadXml(string path)
    {
        using FileStream file = DataFiles.OpenRead(path);
        try
        {
            using var reader = XmlReader.Create(
                file,
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 1 << 20 }
            );
            return
            [
                .. XDocument
                    .Load(reader)
                    .Root!.Elements("object")
                    .Select(item =>
                    {
                        XElement box = item.Element("bndbox")!;
                        // As published, pixels are counted from 1 and the last one is inside.
                        return new NamedBox(
                            item.Element("name")!.Value,
                            new PixelBox(Side("xmin") - 1, Side("ymin") - 1, Side("xmax"), Side("ymax"))
                        );

                        float Side(string name) => float.Parse(box.Element(name)!.Value, CultureInfo.InvariantCulture);
                    }),
            ];
        }
        catch (Exception error)
            when (error is XmlException or NullReferenceException or FormatException or InvalidOperationException)
        {
            throw new OmgLlavaException($"'{path}' is no annotation of VOC: {error.Message}", error);
        }
    }
}
