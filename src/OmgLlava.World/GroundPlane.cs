namespace OmgLlava.World;

/// <summary>A plane that recedes from the lower edge of the picture to the horizon, or lies flat before the viewer.</summary>
/// <param name="Width">Width of the picture in pixels.</param>
/// <param name="Height">Height of the picture in pixels.</param>
/// <param name="Horizon">Row of the horizon in pixels; 0 or above the picture where one looks straight down.</param>
internal readonly record struct GroundPlane(int Width, int Height, float Horizon)
{
    /// <summary>Whether one looks straight down.</summary>
    public bool Flat => Horizon <= 0;

    /// <summary>Place on the plane of a pixel; at the lower edge the picture's width is one unit.</summary>
    public (float U, float V) At(float x, float y)
    {
        if (Flat)
        {
            return (x / Height, y / Height);
        }

        float near = ((MathF.Max(0, y - Horizon) / (Height - Horizon)) + 0.3f) / 1.3f;
        return ((((x / Width) - 0.5f) / near) + 0.5f, 0.5f / near);
    }

    /// <summary>How large a thing appears that stands on a row, against one at the lower edge.</summary>
    public double ScaleAt(double y) => Flat ? 1 : 0.55 + (0.6 * Math.Clamp((y - Horizon) / (Height - Horizon), 0, 1));
}
