using System.Xml;
using System.Xml.Linq;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Server.Annotation;

/// <summary>What a Label Studio project labels: its picture, and the control that takes masks, outlines or boxes.</summary>
/// <param name="ImageName">Name of the picture's tag.</param>
/// <param name="ImageField">The field of a task that holds its address.</param>
/// <param name="ControlName">Name of the control that takes results.</param>
/// <param name="Kind"><c>brushlabels</c>, <c>polygonlabels</c> or <c>rectanglelabels</c>.</param>
/// <param name="Labels">The control's labels.</param>
internal sealed record LabelConfig(
    string ImageName,
    string ImageField,
    string ControlName,
    string Kind,
    IReadOnlyList<string> Labels
)
{
    private const long MostCharacters = 1_000_000;

    private static readonly string[] Kinds = ["BrushLabels", "PolygonLabels", "RectangleLabels"]; // the finest first

    /// <summary>Reads a labelling configuration.</summary>
    /// <exception cref="ApiException">It is no XML, or has no picture or no control for results.</exception>
    public static LabelConfig Parse(string xml)
    {
        XElement root;
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(xml),
                new XmlReaderSettings
                {
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    MaxCharactersInDocument = MostCharacters,
                }
            );
            root = XElement.Load(reader);
        }
        catch (XmlException)
        {
            throw ApiException.BadRequest("'label_config' is no labelling configuration: it must be XML.");
        }

        XElement image =
            root.DescendantsAndSelf("Image").FirstOrDefault()
            ?? throw ApiException.BadRequest("The labelling configuration has no <Image>; this server labels pictures.");
        string imageName = image.Attribute("name")?.Value ?? "image";
        XElement control =
            Kinds.SelectMany(kind => root.Descendants(kind)).FirstOrDefault(one => one.Attribute("toName")?.Value == imageName)
            ?? throw ApiException.BadRequest(
                "The labelling configuration has no <BrushLabels>, <PolygonLabels> or <RectangleLabels> for its picture, so "
                    + "results have no place."
            );
        return new LabelConfig(
            imageName,
            (image.Attribute("value")?.Value ?? "$image").TrimStart('$'),
            control.Attribute("name")?.Value ?? "label",
            control.Name.LocalName.ToLowerInvariant(),
            [.. control.Elements("Label").Select(label => label.Attribute("value")?.Value).OfType<string>()]
        );
    }
}
