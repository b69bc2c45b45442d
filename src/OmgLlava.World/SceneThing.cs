using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>One thing of a scene, as it is seen.</summary>
/// <param name="Id">Its segment, from 1.</param>
/// <param name="Drawing">What was drawn.</param>
/// <param name="Condition">Broken, upside down, or nothing special.</param>
/// <param name="Mask">Its visible pixels.</param>
/// <param name="ColorShares">The share of each word of <see cref="ColorNames.All"/> among them.</param>
/// <param name="Placing">The stuff that it stands on, or is in front of.</param>
public sealed record SceneThing(
    int Id,
    Drawing Drawing,
    ThingCondition Condition,
    Mask Mask,
    IReadOnlyList<double> ColorShares,
    StuffKind Placing
)
{
    /// <summary>What it is.</summary>
    public ThingCategory Category => Drawing.Category;

    /// <summary>Its visible area in pixels.</summary>
    public long Area => Mask.Area;

    /// <summary>The box around what is visible.</summary>
    public PixelBox Box => Mask.Box!.Value;

    /// <summary>The colour that surely names it, an index into <see cref="ColorNames.All"/>; -1 when it has several, or people
    /// would call it by different ones.</summary>
    public int MainColor { get; } = Main(ColorShares);

    private static int Main(IReadOnlyList<double> shares)
    {
        const double Most = 0.55;
        const double Little = 0.22;
        int best = Enumerable.Range(0, shares.Count).MaxBy(color => shares[color]);
        double confusing = Enumerable
            .Range(0, shares.Count)
            .Where(color => ColorNames.Confusable(best, color))
            .Sum(color => shares[color]);
        return shares[best] >= Most && confusing < Little ? best : -1;
    }
}
