namespace OmgLlava.Server.Annotation;

/// <summary>A shape that X-AnyLabeling draws.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Points">Corners in pixels; the last is the first again.</param>
/// <param name="Score">0..1.</param>
/// <param name="GroupId">Ties the parts of one thing together; null for a thing in one part.</param>
public sealed record AnyLabelingShape(string Label, IReadOnlyList<double[]> Points, float Score, int? GroupId)
{
    /// <summary>Always <c>polygon</c>.</summary>
    public string ShapeType { get; } = "polygon";
}
