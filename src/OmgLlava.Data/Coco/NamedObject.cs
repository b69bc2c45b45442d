namespace OmgLlava.Data.Coco;

/// <summary>A thing in a picture with the name of its category.</summary>
/// <param name="Id">Names it in messages and results.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Name">What it is.</param>
/// <param name="Region">Its pixels.</param>
public sealed record NamedObject(string Id, string ImagePath, string Name, EncodedMask Region)
{
    /// <summary>The things of a COCO file, without groups that were not taken apart, in the order of the file.</summary>
    /// <param name="instances">The file.</param>
    /// <param name="images">Folder of the pictures.</param>
    public static IReadOnlyList<NamedObject> Of(CocoInstances instances, string images)
    {
        CocoAnnotation[] annotations = [.. instances.Annotations.Where(annotation => !annotation.IsCrowd)];
        return new RecordList<NamedObject>(
            annotations.Length,
            i => new NamedObject(
                $"{annotations[i].Id}",
                Path.Combine(images, instances.FindImage(annotations[i].ImageId)!.FileName),
                instances.CategoryOf(annotations[i]).Name,
                instances.RegionOf(annotations[i])
            )
        );
    }
}
