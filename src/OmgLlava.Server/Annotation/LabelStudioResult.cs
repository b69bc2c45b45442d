using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OmgLlava.Server.Annotation;

/// <summary>Writes things as regions of Label Studio: brushes, or outlines and boxes in percent of the picture.</summary>
internal static class LabelStudioResult
{
    private const double Fineness = 0.002;

    /// <summary>The regions of a thing; several where it has several outlines.</summary>
    public static IEnumerable<JsonObject> Of(Labelled thing, LabelConfig config)
    {
        (int width, int height) = (thing.Mask.Width, thing.Mask.Height);
        var labels = new JsonArray(thing.Label);
        switch (config.Kind)
        {
            case "brushlabels":
                var rle = new JsonArray([.. BrushRle.Encode(thing.Mask).Select(value => JsonValue.Create(value))]);
                yield return Region(
                    new JsonObject
                    {
                        ["format"] = "rle",
                        ["rle"] = rle,
                        ["brushlabels"] = labels,
                    }
                );
                break;
            case "polygonlabels":
                foreach (IReadOnlyList<(double X, double Y)> ring in PolygonOutline.Of(thing.Mask, Fineness))
                {
                    var points = new JsonArray([
                        .. ring.Select(point => new JsonArray(Percent(point.X, width), Percent(point.Y, height))),
                    ]);
                    yield return Region(
                        new JsonObject
                        {
                            ["points"] = points,
                            ["closed"] = true,
                            ["polygonlabels"] = labels.DeepClone(),
                        }
                    );
                }

                break;
            default:
                if (thing.Mask.Box is { } box)
                {
                    yield return Region(
                        new JsonObject
                        {
                            ["x"] = Percent(box.X0, width),
                            ["y"] = Percent(box.Y0, height),
                            ["width"] = Percent(box.X1 - box.X0, width),
                            ["height"] = Percent(box.Y1 - box.Y0, height),
                            ["rotation"] = 0,
                            ["rectanglelabels"] = labels,
                        }
                    );
                }

                break;
        }

        JsonObject Region(JsonObject value) =>
            new()
            {
                ["id"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
                ["type"] = config.Kind,
                ["from_name"] = config.ControlName,
                ["to_name"] = config.ImageName,
                ["original_width"] = width,
                ["original_height"] = height,
                ["image_rotation"] = 0,
                ["origin"] = "manual",
                ["readonly"] = false,
                ["score"] = thing.Score,
                ["value"] = value,
            };
    }

    private static double Percent(double value, int of) => Math.Round(100.0 * value / of, 4);
}
