namespace OmgLlava.Evaluation.Metrics;

/// <summary>A box as COCO writes it, in pixels.</summary>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct CocoBox(double X, double Y, double Width, double Height)
{
    /// <summary>Width times height.</summary>
    public double Area => Width * Height;

    /// <summary>Intersection over union as pycocotools computes it (<c>bbIou</c> in maskApi.c).</summary>
    /// <param name="truth">The box of the ground truth.</param>
    /// <param name="crowd">Whether that is a crowd: then the denominator is this box's own area.</param>
    public double IntersectionOverUnion(in CocoBox truth, bool crowd = false)
    {
        double width = Math.Min(X + Width, truth.X + truth.Width) - Math.Max(X, truth.X);
        double height = Math.Min(Y + Height, truth.Y + truth.Height) - Math.Max(Y, truth.Y);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        double both = width * height;
        return both / (crowd ? Area : Area + truth.Area - both);
    }
}
