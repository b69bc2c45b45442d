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
}
