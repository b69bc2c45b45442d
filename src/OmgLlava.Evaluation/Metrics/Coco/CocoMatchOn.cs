namespace OmgLlava.Evaluation.Metrics;

/// <summary>What detections are matched by (<c>iouType</c>).</summary>
public enum CocoMatchOn
{
    /// <summary>The overlap of masks (<c>segm</c>).</summary>
    Masks,

    /// <summary>The overlap of boxes (<c>bbox</c>).</summary>
    Boxes,
}
