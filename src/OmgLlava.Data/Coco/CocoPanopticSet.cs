using OmgLlava.Data.Json;

namespace OmgLlava.Data.Coco;

/// <summary>
/// Pictures with panoptic annotations in COCO's layout: a JSON file with <c>segments_info</c> for each picture, and a folder of
/// PNG files whose pixels are segment ids (cocodataset.org/#format-data, 4).
/// </summary>
public sealed class CocoPanopticSet
{
    private CocoPanopticSet(IReadOnlyList<CocoCategory> categories, IReadOnlyList<PanopticSample> samples) =>
        (Categories, Samples) = (categories, samples);

    /// <summary>Its categories.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Its pictures, those that have an annotation, in the order of the annotations.</summary>
    public IReadOnlyList<PanopticSample> Samples { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="maps">Folder of the PNG files.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static CocoPanopticSet Open(string path, string maps, string images)
    {
        CocoSections file = CocoSections.Read(path);
        Dictionary<long, CocoImage> pictures = file.ImagesById;
        Dictionary<int, CocoCategory> categories = file.CategoriesById;
        var samples = new List<PanopticSample>(file.Annotations.Count);
        foreach (JsonRecord record in file.Annotations.All())
        {
            long id = record.Integer("image_id");
            CocoImage picture =
                pictures.GetValueOrDefault(id)
                ?? throw record.Error($"it belongs to the image {id}, which 'images' does not have");
            PanopticSegment[] segments = [.. record.List("segments_info").Select(segment => Segment(segment, categories))];
            samples.Add(
                new PanopticSample(
                    id,
                    record.Image(images, picture.FileName),
                    record.Image(maps, record.Text("file_name")),
                    segments
                )
            );
        }

        return new CocoPanopticSet(file.Categories, samples);
    }

    /// <summary>The set with some of its pictures.</summary>
    internal CocoPanopticSet Where(Func<PanopticSample, bool> keep) => new(Categories, [.. Samples.Where(keep)]);

    private static PanopticSegment Segment(JsonRecord record, Dictionary<int, CocoCategory> categories)
    {
        int category = record.Category("category_id");
        long id = record.Integer("id");
        return categories.ContainsKey(category)
            ? id is >= 1 and < 1 << 24
                ? new PanopticSegment((int)id, category, record.Flag("iscrowd"))
                : throw record.Error($"the segment id {id} does not fit into the colour of a pixel")
            : throw record.Error($"it belongs to the category {category}, which 'categories' does not have");
    }
}
