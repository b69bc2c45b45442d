using System.Text.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>Reads the forms that COCO files write boxes and masks in.</summary>
internal static class CocoSegmentation
{
    /// <summary>A mask from polygons, or from run lengths in their compressed or plain form.</summary>
    public static CocoRle Read(JsonElement segmentation, int width, int height)
    {
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            CocoRle[] parts =
            [
                .. segmentation
                    .EnumerateArray()
                    .Select(part => PolygonRasterizer.Draw([.. part.EnumerateArray().Select(c => c.GetDouble())], width, height)),
            ];
            return parts.Length > 0 ? RleMath.Union(parts)! : throw new OmgLlavaException("it has no polygon");
        }

        JsonElement size = segmentation.GetProperty("size");
        JsonElement counts = segmentation.GetProperty("counts");
        (int rows, int columns) = (size[0].GetInt32(), size[1].GetInt32());
        return counts.ValueKind == JsonValueKind.String
            ? CocoRle.Parse(columns, rows, counts.GetString()!)
            : CocoRle.FromRuns(columns, rows, [.. counts.EnumerateArray().Select(run => run.GetUInt32())]);
    }

    /// <summary>A box from [x, y, width, height].</summary>
    public static CocoBox ReadBox(JsonElement box) =>
        new(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());

    /// <summary>A box as a mask: drawn as the polygon of its four corners, as pycocotools does.</summary>
    public static CocoRle Draw(in CocoBox box, int width, int height)
    {
        (double right, double bottom) = (box.X + box.Width, box.Y + box.Height);
        return PolygonRasterizer.Draw([box.X, box.Y, box.X, bottom, right, bottom, right, box.Y], width, height);
    }
}
