#:project ../src/OmgLlava/OmgLlava.csproj
// Compares the mask of an answer with the truth of its scene.
// Usage: dotnet run .ci/check-answer.cs -- ANSWER.json INSTANCES.json ANNOTATION LEAST_IOU
using System.Globalization;
using System.Text.Json;
using OmgLlava.Imaging;

using JsonDocument answer = JsonDocument.Parse(File.ReadAllBytes(args[0]));
using JsonDocument instances = JsonDocument.Parse(File.ReadAllBytes(args[1]));
int annotation = int.Parse(args[2], CultureInfo.InvariantCulture);
double least = double.Parse(args[3], CultureInfo.InvariantCulture);

JsonElement wanted = instances
    .RootElement.GetProperty("annotations")
    .EnumerateArray()
    .First(a => a.GetProperty("id").GetInt32() == annotation);
JsonElement[] found =
[
    .. answer.RootElement.GetProperty("grounding").EnumerateArray().Where(entry => entry.GetProperty("found").GetBoolean()),
];
if (found.Length != 1)
{
    Console.Error.WriteLine(
        $"The answer should have one mask, not {found.Length}: {answer.RootElement.GetProperty("text").GetString()}"
    );
    return 1;
}

Mask given = Read(found[0].GetProperty("mask"));
JsonElement truth = wanted.GetProperty("segmentation");
double iou = given.IntersectionOverUnion(
    truth.ValueKind == JsonValueKind.Array ? Mask.FromPolygons(given.Width, given.Height, Polygons(truth)) : Read(truth)
);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"{answer.RootElement.GetProperty("text").GetString()} The mask's IoU with the truth is {iou:F3}; at least {least} is "
            + $"needed."
    )
);
return iou >= least ? 0 : 1;

static Mask Read(JsonElement mask)
{
    int[] size = [.. mask.GetProperty("size").EnumerateArray().Select(side => side.GetInt32())];
    return Mask.FromRle(CocoRle.Parse(size[1], size[0], mask.GetProperty("counts").GetString()!));
}

static IEnumerable<IReadOnlyList<double>> Polygons(JsonElement polygons) =>
    polygons.EnumerateArray().Select(polygon => polygon.EnumerateArray().Select(number => number.GetDouble()).ToArray());
