namespace OmgLlava.Data.Annotating;

/// <summary>What is annotated in a picture.</summary>
public enum AnnotationTask
{
    /// <summary>A description in words, with a mask for each thing that it names.</summary>
    Ground,

    /// <summary>Every pixel: things and stuff of the model's own classes, without any language.</summary>
    Panoptic,

    /// <summary>The masks of given labels, each asked for by its name.</summary>
    Segment,
}
