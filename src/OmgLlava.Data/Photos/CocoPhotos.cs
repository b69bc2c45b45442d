using OmgLlava.Data.Coco;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>Photographs with outlined things in COCO's layout.</summary>
public sealed class CocoPhotos : IPhotoSet
{
    private readonly CocoInstances _instances;
    private readonly CocoImage[] _photos;
    private readonly string _images;
    private readonly string[] _complete;

    /// <summary>Opens a part.</summary>
    /// <param name="annotations">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <param name="part">train, val, or null for all that have an outline.</param>
    /// <param name="every">Of so many photographs the last belongs to val.</param>
    /// <param name="partial">Whether there may be more things of the same classes that nobody outlined.</param>
    /// <exception cref="OmgLlavaException">A file is missing or broken.</exception>
    public CocoPhotos(string annotations, string images, string? part, int every, bool partial)
    {
        _instances = CocoInstances.Open(annotations);
        _images = DataFiles.Folder(images);
        _photos = PhotoPart.Of(
            _instances.Images.Where(image => _instances.OfImage(image.Id).Any()).OrderBy(image => image.Id),
            part,
            every
        );
        Classes = [.. _instances.Categories.Select(category => new PhotoClass(category.Name)).Distinct()];
        _complete = partial ? [] : [.. Classes.Select(c => c.Name)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<PhotoClass> Classes { get; }

    /// <inheritdoc/>
    public int Count => _photos.Length;

    /// <inheritdoc/>
    public string ImagePath(int index) => DataFiles.Inside(_images, _photos[index].FileName);

    /// <inheritdoc/>
    public PhotoLabels Read(int index)
    {
        CocoImage photo = _photos[index];
        CocoAnnotation[] all = [.. _instances.OfImage(photo.Id)];
        bool[] ignored = new bool[photo.Width * photo.Height];
        foreach (CocoAnnotation group in all.Where(annotation => annotation.IsCrowd))
        {
            ReadOnlySpan<bool> pixels = _instances.RegionOf(group).ToMask().Pixels;
            for (int i = 0; i < ignored.Length; i++)
            {
                ignored[i] |= pixels[i];
            }
        }

        PhotoObject[] objects =
        [
            .. all.Where(annotation => !annotation.IsCrowd)
                .Select(annotation => new PhotoObject(
                    _instances.CategoryOf(annotation).Name,
                    _instances.RegionOf(annotation).ToMask()
                )),
        ];
        return new PhotoLabels(objects, ignored.Contains(true) ? new Mask(photo.Width, photo.Height, ignored) : null, _complete)
        {
            Grouped =
            [
                .. all.Where(annotation => annotation.IsCrowd)
                    .Select(annotation => _instances.CategoryOf(annotation).Name)
                    .Distinct(),
            ],
        };
    }
}
