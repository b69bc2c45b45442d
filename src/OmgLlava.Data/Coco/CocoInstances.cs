using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Coco;

/// <summary>
/// A file of objects in COCO's layout: <c>images</c>, <c>annotations</c> and <c>categories</c>. Masks stay in the file until they
/// are asked for. The layout is that of cocodataset.org/#format-data; Pascal-Part, PACO and the REFER sets use it as well.
/// </summary>
public sealed class CocoInstances
{
    private readonly JsonRecords _records;
    private readonly JsonRecords _imageRecords;
    private readonly Dictionary<long, int> _record = [];
    private readonly Dictionary<long, CocoImage> _images;
    private readonly Dictionary<int, CocoCategory> _categories;
    private readonly ILookup<long, CocoAnnotation> _ofImage;

    private CocoInstances(string path, CocoSections file)
    {
        (Path, Images, Categories, _imageRecords, _records) = (
            path,
            file.Images,
            file.Categories,
            file.ImageRecords,
            file.Annotations
        );
        _images = file.ImagesById;
        _categories = file.CategoriesById;
        var annotations = new List<CocoAnnotation>(_records.Count);
        for (int i = 0; i < _records.Count; i++)
        {
            JsonRecord record = _records[i];
            CocoAnnotation annotation = Read(record);
            annotations.Add(
                _record.TryAdd(annotation.Id, i)
                    ? annotation
                    : throw record.Error($"the annotation id {annotation.Id} is there twice")
            );
        }

        Annotations = annotations;
        _ofImage = annotations.ToLookup(annotation => annotation.ImageId);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its pictures.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>Its categories.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Its objects.</summary>
    public IReadOnlyList<CocoAnnotation> Annotations { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, is no such file, or has a broken record, which the message
    /// names.</exception>
    public static CocoInstances Open(string path) => new(path, CocoSections.Read(path));

    /// <summary>The picture of an id; null where there is none.</summary>
    public CocoImage? FindImage(long id) => _images.GetValueOrDefault(id);

    /// <summary>The category of an annotation.</summary>
    public CocoCategory CategoryOf(CocoAnnotation annotation) => _categories[annotation.CategoryId];

    /// <summary>The annotation of an id; null where there is none.</summary>
    public CocoAnnotation? FindAnnotation(long id) => _record.TryGetValue(id, out int index) ? Annotations[index] : null;

    /// <summary>The objects of a picture, in the order of the file.</summary>
    public IEnumerable<CocoAnnotation> OfImage(long imageId) => _ofImage[imageId];

    /// <summary>The region of an object, read from the file.</summary>
    /// <exception cref="OmgLlavaException">It is damaged or has another size than the picture.</exception>
    public EncodedMask RegionOf(CocoAnnotation annotation)
    {
        CocoImage image = _images[annotation.ImageId];
        JsonRecord record = _records[_record[annotation.Id]];
        return EncodedMask.Read(record, "segmentation", (image.Width, image.Height));
    }

    /// <summary>Looks for every picture and compares its size.</summary>
    /// <exception cref="OmgLlavaException">One is missing or has another size than the file says.</exception>
    internal void CheckImages(string folder)
    {
        for (int i = 0; i < Images.Count; i++)
        {
            CocoImage image = Images[i];
            JsonRecord record = _imageRecords[i];
            string path = record.Image(folder, image.FileName);
            (int width, int height) = ImageFile.ReadSize(path);
            if ((width, height) != (image.Width, image.Height))
            {
                throw record.Error($"it says {image.Width} x {image.Height} pixels, but '{path}' has {width} x {height}");
            }
        }
    }

    /// <summary>Reads every region once.</summary>
    /// <exception cref="OmgLlavaException">One is damaged.</exception>
    internal void CheckRegions()
    {
        foreach (CocoAnnotation annotation in Annotations)
        {
            RegionOf(annotation);
        }
    }

    private CocoAnnotation Read(JsonRecord record)
    {
        long image = record.Integer("image_id");
        int category = record.Category("category_id");
        if (!_images.ContainsKey(image))
        {
            throw record.Error($"it belongs to the image {image}, which 'images' does not have");
        }

        if (!_categories.ContainsKey(category))
        {
            throw record.Error($"it belongs to the category {category}, which 'categories' does not have");
        }

        PixelBox? box =
            record.Has("bbox") && record.Numbers("bbox", 4) is [var x, var y, var width, var height]
                ? new PixelBox((float)x, (float)y, (float)(x + width), (float)(y + height))
                : null;
        return new CocoAnnotation(
            record.Integer("id"),
            image,
            category,
            box,
            record.Has("area") ? record.Number("area") : null,
            record.Flag("iscrowd")
        );
    }
}
