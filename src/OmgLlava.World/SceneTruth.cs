using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>What is true of the things of a scene, with a margin on both sides of every border. Distances are shares of the
/// picture's sides.</summary>
internal static class SceneTruth
{
    /// <summary>A word that means every thing.</summary>
    public const string AnyThing = "thing";

    /// <summary>Whether a thing is called by a noun: a category or a kind.</summary>
    public static Truth Is(SceneThing thing, string noun) =>
        noun == AnyThing || thing.Category.Is(noun) ? Truth.Yes
        : thing.Category.DoubtfulKinds.Contains(noun) ? Truth.Unclear
        : Truth.No;

    public static Truth HasColor(SceneThing thing, int color) =>
        thing.MainColor == color ? Truth.Yes
        : thing.ColorShares[color] > 0.12 || (thing.MainColor >= 0 && ColorNames.Confusable(thing.MainColor, color))
            ? Truth.Unclear
        : Truth.No;

    public static Truth Has(SceneThing thing, ThingCondition condition) => thing.Condition == condition ? Truth.Yes : Truth.No;

    public static Truth Fits(SceneThing thing, Fact fact)
    {
        Truth kind = fact.Kind is null ? Truth.Yes : Is(thing, fact.Kind);
        Truth member =
            fact.Members.Contains(thing.Category.Name) ? Truth.Yes
            : fact.Doubtful.Contains(thing.Category.Name) ? Truth.Unclear
            : Truth.No;
        return (Truth)Math.Min((int)kind, (int)member);
    }

    /// <summary>Left of the other one's middle, clearly.</summary>
    public static Truth LeftOf(SceneThing thing, SceneThing other, int width) =>
        Before(thing.Box.Center.X, other.Box.Center.X, width);

    /// <summary>Higher in the picture than the other one's middle, clearly.</summary>
    public static Truth Above(SceneThing thing, SceneThing other, int height) =>
        Before(thing.Box.Center.Y, other.Box.Center.Y, height);

    /// <summary>Below the roof that another thing makes.</summary>
    public static Truth Under(SceneThing thing, SceneThing roof)
    {
        (PixelBox a, PixelBox b) = (thing.Box, roof.Box);
        float margin = b.Width * 0.1f;
        if (
            a.Center.X < b.X0 - margin
            || a.Center.X > b.X1 + margin
            || a.Center.Y < b.Center.Y
            || a.Y0 > b.Y1 + (b.Height * 0.8f)
        )
        {
            return Truth.No;
        }

        bool below =
            a.Center.Y > b.Y0 + (b.Height * 0.6f)
            && a.Y1 > b.Y1 - (b.Height * 0.1f)
            && a.Y0 > b.Y0 + (b.Height * 0.2f)
            && a.Y0 < b.Y1 + (b.Height * 0.15f);
        return below && a.Center.X > b.X0 + margin && a.Center.X < b.X1 - margin ? Truth.Yes : Truth.Unclear;
    }

    /// <summary>Resting on top of another thing.</summary>
    public static Truth On(SceneThing thing, SceneThing support, Scene scene)
    {
        (PixelBox a, PixelBox b) = (thing.Box, support.Box);
        if (a.Center.X < b.X0 || a.Center.X > b.X1 || a.Y1 < b.Y0 - (b.Height * 0.1f) || a.Y1 > b.Y1 || a.Center.Y > b.Center.Y)
        {
            return Truth.No;
        }

        bool rests =
            a.Y1 > b.Y0 + (b.Height * 0.1f)
            && a.Y1 < b.Y0 + (b.Height * 0.5f)
            && a.Center.X > b.X0 + (b.Width * 0.2f)
            && a.Center.X < b.X1 - (b.Width * 0.2f);
        return rests && scene.HiddenPixels(support, thing) > 0 ? Truth.Yes : Truth.Unclear;
    }

    /// <summary>Covering a good part of another thing.</summary>
    public static Truth InFrontOf(SceneThing thing, SceneThing other, Scene scene)
    {
        int covered = scene.HiddenPixels(other, thing);
        return covered > 0.12 * other.Area ? Truth.Yes
            : covered > 0 || Touch(thing.Box, other.Box, 0) ? Truth.Unclear
            : Truth.No;
    }

    /// <summary>Side by side, nearly touching.</summary>
    public static Truth NextTo(SceneThing thing, SceneThing other, int width, int height)
    {
        (PixelBox a, PixelBox b) = (thing.Box, other.Box);
        float gap = Math.Max(a.X0, b.X0) - Math.Min(a.X1, b.X1);
        float rise = Math.Abs(a.Center.Y - b.Center.Y);
        if (gap > width * 0.16f || rise > height * 0.25f || !Touch(a, b, width * 0.2f))
        {
            return Truth.No;
        }

        return gap > -0.25f * Math.Min(a.Width, b.Width) && gap < width * 0.07f && rise < height * 0.1f
            ? Truth.Yes
            : Truth.Unclear;
    }

    /// <summary>Orders things so that each is clearly after the one before; null when two are too close.</summary>
    public static SceneThing[]? Ordered(
        IEnumerable<SceneThing> things,
        Func<SceneThing, double> key,
        Func<double, double, bool> clearlyBefore
    )
    {
        SceneThing[] sorted = [.. things.OrderBy(key)];
        return sorted.Zip(sorted.Skip(1)).All(pair => clearlyBefore(key(pair.First), key(pair.Second))) ? sorted : null;
    }

    private static Truth Before(float a, float b, int side) =>
        a < b - (side * 0.07f) ? Truth.Yes
        : a > b - (side * 0.015f) ? Truth.No
        : Truth.Unclear;

    private static bool Touch(PixelBox a, PixelBox b, float margin) =>
        Math.Min(a.X1, b.X1) + margin > Math.Max(a.X0, b.X0) && Math.Min(a.Y1, b.Y1) + margin > Math.Max(a.Y0, b.Y0);
}
