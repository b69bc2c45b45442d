namespace OmgLlava.Imaging;

/// <summary>An upright box in a picture, in pixels from its top left corner; the end is exclusive.</summary>
/// <param name="X0">Left.</param>
/// <param name="Y0">Top.</param>
/// <param name="X1">Right.</param>
/// <param name="Y1">Bottom.</param>
public readonly record struct PixelBox(float X0, float Y0, float X1, float Y1)
{
    /// <summary>Width in pixels.</summary>
    public float Width => X1 - X0;

    /// <summary>Height in pixels.</summary>
    public float Height => Y1 - Y0;

    /// <summary>The point in the middle.</summary>
    public PixelPoint Center => new((X0 + X1) / 2, (Y0 + Y1) / 2);

    /// <summary>Intersection over union, 0..1; 0 for two empty boxes.</summary>
    internal double IntersectionOverUnion(PixelBox other)
    {
        double width = Math.Max(0, Math.Min(X1, other.X1) - Math.Max(X0, other.X0));
        double height = Math.Max(0, Math.Min(Y1, other.Y1) - Math.Max(Y0, other.Y0));
        double either = (Width * Height) + (other.Width * other.Height) - (width * height);
        return either > 0 ? width * height / either : 0;
    }
}
