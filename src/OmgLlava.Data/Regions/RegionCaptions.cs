using OmgLlava.Data.Coco;
using OmgLlava.Data.Json;

namespace OmgLlava.Data.Regions;

/// <summary>
/// Region captions of RefCOCOg in the two files of the published evaluation: <c>finetune_refcocog_val_with_mask.json</c>, COCO's
/// layout with one entry of <c>images</c> and one of <c>annotations</c>, of the same id, for each region, and
/// <c>finetune_refcocog_val_captions.json</c>, COCO's captions.
/// </summary>
public static class RegionCaptions
{
    /// <summary>Reads the two files.</summary>
    /// <param name="path">The file of regions.</param>
    /// <param name="captions">The file of captions; null to take the <c>caption</c> of each entry of <c>images</c>.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<RegionCaption> Open(string path, string? captions, string images)
    {
        CocoInstances regions = CocoInstances.Open(path);
        ILookup<long, string> references = captions is null
            ? Captions(CocoSections.Section(JsonIndex.Sections(path), path, "images"), "id")
            : Captions(CocoSections.Section(JsonIndex.Sections(captions), captions, "annotations"), "image_id");
        regions.CheckRegions();
        foreach (CocoImage image in regions.Images)
        {
            Require(regions, image, images, references, captions ?? path);
        }

        return new RecordList<RegionCaption>(
            regions.Images.Count,
            i =>
            {
                CocoImage image = regions.Images[i];
                return new RegionCaption(
                    image.Id,
                    Path.Combine(images, image.FileName),
                    regions.RegionOf(Annotation(regions, image)!),
                    [.. references[image.Id]]
                );
            }
        );
    }

    private static ILookup<long, string> Captions(JsonRecords records, string id) =>
        records
            .All()
            .Select(record => (Id: record.Integer(id), Text: record.Text("caption")))
            .ToLookup(pair => pair.Id, pair => pair.Text);

    /// <summary>The published evaluation takes the annotation whose id is that of the image.</summary>
    private static CocoAnnotation? Annotation(CocoInstances regions, CocoImage image) =>
        regions.FindAnnotation(image.Id) is { } same && same.ImageId == image.Id
            ? same
            : regions.OfImage(image.Id).FirstOrDefault();

    private static void Require(
        CocoInstances regions,
        CocoImage image,
        string images,
        ILookup<long, string> references,
        string captions
    )
    {
        string path = DataFiles.Inside(images, image.FileName);
        string? wrong =
            Annotation(regions, image) is null ? $"'{regions.Path}' has no annotation for its image {image.Id}"
            : !File.Exists(path) ? $"'{regions.Path}' needs the image '{path}', which does not exist"
            : !references.Contains(image.Id) ? $"'{captions}' has no caption for the image {image.Id}"
            : null;
        if (wrong is not null)
        {
            throw new OmgLlavaException($"{wrong}.");
        }
    }
}
