namespace OmgLlava.Data.Photos;

/// <summary>Layouts of labelled photographs.</summary>
public enum PhotoKind
{
    /// <summary>Pascal VOC: the class of each pixel, and boxes.</summary>
    Voc,

    /// <summary>COCO: outlined things.</summary>
    Coco,

    /// <summary>COCO panoptic: a segment for each pixel.</summary>
    CocoPanoptic,

    /// <summary>DAVIS: the foreground object, of no class.</summary>
    Davis,

    /// <summary>A folder for each kind, without masks.</summary>
    ClassFolders,
}
