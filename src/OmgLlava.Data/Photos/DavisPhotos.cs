using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>Frames with the foreground object in DAVIS's layout (<c>JPEGImages/SEQUENCE</c>, <c>Annotations/SEQUENCE</c>; also
/// with <c>480p</c> between). What it is nobody says.</summary>
public sealed class DavisPhotos : IPhotoSet
{
    private readonly string[] _images;
    private readonly string[] _masks;

    /// <summary>Opens a part.</summary>
    /// <param name="root">The folder that holds <c>JPEGImages</c>.</param>
    /// <param name="part">train, val, or null for all.</param>
    /// <param name="every">Of so many sequences the last belongs to val.</param>
    /// <exception cref="OmgLlavaException">A folder or file is missing.</exception>
    public DavisPhotos(string root, string? part, int every)
    {
        (string images, string masks) = (Folder("JPEGImages"), Folder("Annotations"));
        string[] sequences = PhotoPart.Of(
            Directory.EnumerateDirectories(masks).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
            part,
            every
        );
        _masks =
        [
            .. sequences.SelectMany(sequence =>
                Directory.EnumerateFiles(Path.Combine(masks, sequence), "*.png").Order(StringComparer.Ordinal)
            ),
        ];
        _images =
        [
            .. _masks.Select(mask => Path.Combine(images, Path.ChangeExtension(Path.GetRelativePath(masks, mask), ".jpg"))),
        ];
        string? missing = _images.FirstOrDefault(image => !File.Exists(image));
        if (missing is not null || _masks.Length == 0)
        {
            throw new OmgLlavaException(
                missing is null
                    ? $"The folder '{masks}' holds no masks."
                    : $"The image '{missing}' that belongs to a mask does not exist."
            );
        }

        string Folder(string name) =>
            Directory.Exists(Path.Combine(root, name, "480p"))
                ? Path.Combine(root, name, "480p")
                : DataFiles.Folder(Path.Combine(root, name));
    }

    /// <inheritdoc/>
    public IReadOnlyList<PhotoClass> Classes { get; } = [];

    /// <inheritdoc/>
    public int Count => _images.Length;

    /// <inheritdoc/>
    public string ImagePath(int index) => _images[index];

    /// <inheritdoc/>
    public PhotoLabels Read(int index)
    {
        byte[] labels = LabelFile.Indices(_masks[index], out int width, out int height);
        var mask = new Mask(width, height, Array.ConvertAll(labels, label => label != 0));
        return new PhotoLabels(mask.IsEmpty ? [] : [new PhotoObject(null, mask)], null, []);
    }
}
