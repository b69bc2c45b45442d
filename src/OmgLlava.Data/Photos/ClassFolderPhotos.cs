namespace OmgLlava.Data.Photos;

/// <summary>Photographs of one thing each, in a folder for each kind that bears its name (Caltech-101, ImageNet's layout, one's
/// own).</summary>
public sealed class ClassFolderPhotos : IPhotoSet
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    private readonly (string Name, string Path)[] _photos;

    /// <summary>Opens a part.</summary>
    /// <param name="root">The folder of folders.</param>
    /// <param name="part">train, val, or null for all.</param>
    /// <param name="every">Of so many photographs of a kind the last belongs to val.</param>
    /// <exception cref="OmgLlavaException">There is nothing.</exception>
    public ClassFolderPhotos(string root, string? part, int every)
    {
        _photos =
        [
            .. Directory
                .EnumerateDirectories(DataFiles.Folder(root))
                .Order(StringComparer.Ordinal)
                .SelectMany(folder =>
                    PhotoPart
                        .Of(Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal), part, every)
                        .Select(path => (Say(Path.GetFileName(folder)), path))
                ),
        ];
        Classes = [.. _photos.Select(photo => photo.Name).Distinct().Select(name => new PhotoClass(name))];
        if (_photos.Length == 0)
        {
            throw new OmgLlavaException($"'{root}' has no folders with pictures; a folder for each kind is expected.");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PhotoClass> Classes { get; }

    /// <inheritdoc/>
    public int Count => _photos.Length;

    /// <inheritdoc/>
    public string ImagePath(int index) => _photos[index].Path;

    /// <inheritdoc/>
    public PhotoLabels Read(int index) => new([new PhotoObject(_photos[index].Name, null)], null, []);

    /// <summary>A folder's name in words.</summary>
    internal static string Say(string folder) => folder.Replace('_', ' ').ToLowerInvariant();

    private static bool IsPicture(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());
}
