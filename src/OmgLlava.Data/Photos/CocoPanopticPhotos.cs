using OmgLlava.Data.Coco;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>Photographs with a segment for every pixel in COCO's panoptic layout.</summary>
public sealed class CocoPanopticPhotos : IPhotoSet
{
    private readonly PanopticSample[] _photos;
    private readonly Dictionary<int, string> _names;
    private readonly string[] _complete;

    /// <summary>Opens a part.</summary>
    /// <param name="annotations">The JSON file.</param>
    /// <param name="maps">Folder of the PNG files.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <param name="part">train, val, or null for all.</param>
    /// <param name="every">Of so many photographs the last belongs to val.</param>
    /// <exception cref="OmgLlavaException">A file is missing or broken.</exception>
    public CocoPanopticPhotos(string annotations, string maps, string images, string? part, int every)
    {
        CocoPanopticSet set = CocoPanopticSet.Open(annotations, maps, images);
        _photos = PhotoPart.Of(set.Samples.OrderBy(sample => sample.ImageId), part, every);
        _names = set.Categories.ToDictionary(category => category.Id, category => Say(category.Name));
        Classes =
        [
            .. set.Categories.Select(category => new PhotoClass(_names[category.Id], category.IsThing)).DistinctBy(c => c.Name),
        ];
        _complete = [.. Classes.Select(c => c.Name)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<PhotoClass> Classes { get; }

    /// <inheritdoc/>
    public int Count => _photos.Length;

    /// <inheritdoc/>
    public string ImagePath(int index) => _photos[index].ImagePath;

    /// <inheritdoc/>
    public PhotoLabels Read(int index)
    {
        PanopticMap map = _photos[index].ReadMap();
        var groups = _photos[index]
            .Segments.Where(segment => segment.IsCrowd)
            .Select(segment => segment.Id)
            .Append(0)
            .ToHashSet();
        bool[] ignored = Array.ConvertAll(map.Ids, groups.Contains);
        return new PhotoLabels(
            [
                .. _photos[index]
                    .Segments.Where(segment => !segment.IsCrowd)
                    .Select(segment => new PhotoObject(_names[segment.CategoryId], map.MaskOf(segment))),
            ],
            ignored.Contains(true) ? new Mask(map.Width, map.Height, ignored) : null,
            _complete
        )
        {
            Grouped =
            [
                .. _photos[index]
                    .Segments.Where(segment => segment.IsCrowd)
                    .Select(segment => _names[segment.CategoryId])
                    .Distinct(),
            ],
        };
    }

    /// <summary>A category's name in words: <c>sky-other-merged</c> is sky, <c>wall-brick</c> a brick wall.</summary>
    internal static string Say(string name)
    {
        string[] parts = [.. name.Split('-').Where(part => part is not ("merged" or "other" or "stuff"))];
        return parts is [var noun, "wood"] ? $"wooden {noun}"
            : parts is [var thing, var kind] ? $"{kind} {thing}"
            : string.Join(' ', parts);
    }
}
