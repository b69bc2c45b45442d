using OmgLlava.Data.Photos;

namespace OmgLlava.Training.Recipes;

/// <summary>Labelled photographs to learn from.</summary>
internal sealed record PhotoRecipe
{
    /// <summary>Their layout.</summary>
    public required PhotoKind Kind { get; init; }

    /// <summary>Their folder, which for COCO's layouts holds the pictures in <c>images</c> and the maps in
    /// <c>panoptic</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The JSON file of COCO's layouts, in the folder.</summary>
    public string? Annotations { get; init; }

    /// <summary>train, val, or null for all. VOC's are its lists; in other layouts every n-th photograph (DAVIS: sequence) is
    /// held back as val.</summary>
    public string? Part { get; init; } = "train";

    /// <summary>That n.</summary>
    public int Every { get; init; } = 5;

    /// <summary>How many of these photographs come on one scene, or on one of each other set whose share is 1.</summary>
    public int Share { get; init; } = 1;

    /// <summary>Of COCO's outlines: whether there may be more things of the same classes that nobody outlined. They are not taken
    /// for background then.</summary>
    public bool Partial { get; init; }

    /// <summary>Other names for some of the classes, such as those by which drawings know them.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    internal void Validate()
    {
        Recipe.Require(Every >= 2 && Share >= 1, "data: every of photos must be at least 2, share at least 1");
        Recipe.Require(
            Kind is PhotoKind.Coco or PhotoKind.CocoPanoptic == Annotations is not null,
            "data: photos of the kinds coco and coco_panoptic, and only these, name their file of annotations"
        );
    }

    /// <summary>Opens the photographs.</summary>
    /// <exception cref="OmgLlavaException">Something is missing or broken.</exception>
    public IPhotoSet Open() => PhotoSets.Open(Kind, Folder, Annotations, Part, Every, Partial);
}
