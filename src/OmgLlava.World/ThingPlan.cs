using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Where and how one thing will be drawn.</summary>
/// <param name="Drawing">The picture of it.</param>
/// <param name="Color">The colour it is painted, an index into <see cref="ColorNames.All"/>; -1 as drawn.</param>
/// <param name="CenterX">Middle in pixels.</param>
/// <param name="CenterY">Middle in pixels.</param>
/// <param name="Scale">Pixels of the scene for each pixel of the sprite.</param>
/// <param name="Rotation">Degrees, clockwise.</param>
/// <param name="Mirrored">Left and right swapped.</param>
/// <param name="Condition">Broken, upside down, or nothing special.</param>
/// <param name="Shadow">Whether it stands on something.</param>
internal sealed record ThingPlan(
    Drawing Drawing,
    int Color,
    double CenterX,
    double CenterY,
    double Scale,
    double Rotation,
    bool Mirrored,
    ThingCondition Condition,
    bool Shadow
)
{
    /// <summary>Row of its lowest point: things are drawn in this order.</summary>
    public required double Foot { get; init; }

    /// <summary>The box that the sprite will fill about.</summary>
    public required (double X0, double Y0, double X1, double Y1) Box { get; init; }
}
