namespace OmgLlava.Data.Photos;

/// <summary>Labelled photographs in any of the layouts.</summary>
public static class PhotoSets
{
    /// <summary>Opens labelled photographs.</summary>
    /// <param name="kind">Their layout.</param>
    /// <param name="folder">
    /// Their folder, which for COCO's layouts holds the pictures in <c>images</c> and the maps in <c>panoptic</c>.
    /// </param>
    /// <param name="annotations">The JSON file of COCO's layouts, in the folder.</param>
    /// <param name="part">train, val, or null for all.</param>
    /// <param name="every">In layouts without lists every n-th photograph (DAVIS: sequence) is val.</param>
    /// <param name="partial">Of COCO's outlines: whether there may be more things of the same classes that nobody outlined.</param>
    /// <exception cref="OmgLlavaException">Something is missing or broken.</exception>
    public static IPhotoSet Open(
        PhotoKind kind,
        string folder,
        string? annotations = null,
        string? part = "train",
        int every = 5,
        bool partial = false
    ) =>
        kind switch
        {
            PhotoKind.Coco or PhotoKind.CocoPanoptic when annotations is null => throw new OmgLlavaException(
                "COCO's layouts need the name of their file of annotations."
            ),
            PhotoKind.Voc => new VocPhotos(folder, part),
            PhotoKind.Coco => new CocoPhotos(
                Path.Combine(folder, annotations!),
                Path.Combine(folder, "images"),
                part,
                every,
                partial
            ),
            PhotoKind.CocoPanoptic => new CocoPanopticPhotos(
                Path.Combine(folder, annotations!),
                Path.Combine(folder, "panoptic"),
                Path.Combine(folder, "images"),
                part,
                every
            ),
            PhotoKind.Davis => new DavisPhotos(folder, part, every),
            _ => new ClassFolderPhotos(folder, part, every),
        };
}
