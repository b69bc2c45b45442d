namespace OmgLlava.Data.Annotating;

/// <summary>How far an <see cref="AnnotationRun"/> is.</summary>
/// <param name="Done">Pictures done, those of earlier runs included.</param>
/// <param name="Total">All pictures.</param>
/// <param name="Broken">Those of the done that could not be read.</param>
/// <param name="Annotations">Masks written.</param>
public sealed record AnnotationProgress(long Done, long Total, long Broken, long Annotations);
