using System.Text.RegularExpressions;
using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

/// <summary>
/// Reads an expression from its words alone and finds what it means in a scene, with plain rules without margins: an expression
/// is only written where all reasonable rules agree.
/// </summary>
internal sealed partial class ExpressionReading(Scene scene)
{
    private static readonly string[] Ranks = ["first", "second", "third", "fourth", "fifth", "sixth"];

    private static readonly string[] Relations =
    [
        "to the left of",
        "to the right of",
        "in front of",
        "next to",
        "under",
        "above",
        "below",
        "behind",
        "on",
    ];

    private static readonly Dictionary<string, string> Singular = WorldVocabulary
        .Default.Categories.SelectMany(category => category.Kinds)
        .Concat(["thing"])
        .Distinct()
        .Select(kind =>
            (
                Many: kind switch
                {
                    "piece of clothing" => "pieces of clothing",
                    "piece of furniture" => "pieces of furniture",
                    _ => kind + "s",
                },
                kind
            )
        )
        .Concat(WorldVocabulary.Default.Categories.Select(category => (Many: category.Plural, kind: category.Name)))
        .DistinctBy(pair => pair.Many)
        .ToDictionary(pair => pair.Many, pair => pair.kind);

    private float Width => scene.Picture.Width;

    private float Height => scene.Picture.Height;

    public int[] Targets(string text) => [.. Find(text).Select(thing => thing.Id).Order()];

    private IEnumerable<SceneThing> Find(string text)
    {
        if (
            WorldVocabulary.Default.Facts.FirstOrDefault(fact =>
                fact.Expression == text || $"every {fact.Kind} that {fact.Clause}" == text
            ) is
            { } fact
        )
        {
            return scene.Things.Where(thing => fact.Members.Contains(thing.Category.Name));
        }

        if (text.StartsWith("all ", StringComparison.Ordinal))
        {
            string many = text["all ".Length..];
            string noun = Singular
                .Keys.Where(key => many == key || many.EndsWith($" {key}", StringComparison.Ordinal))
                .MaxBy(key => key.Length)!;
            return Described(many[..^noun.Length].Trim(), Singular[noun]);
        }

        string rest = text["the ".Length..];
        if (Rank().Match(rest) is { Success: true } rank)
        {
            SceneThing[] row =
            [
                .. Named(rank.Groups[2].Value).OrderBy(thing => thing.Box.Center.X * (rank.Groups[3].Value == "left" ? 1 : -1)),
            ];
            int place = Array.IndexOf(Ranks, rank.Groups[1].Value);
            return place < row.Length ? [row[place]] : [];
        }

        if (Side().Match(rest) is { Success: true } side)
        {
            return [Named(side.Groups[1].Value).MaxBy(thing => thing.Box.Center.X * (side.Groups[2].Value == "left" ? -1 : 1))!];
        }

        if (Best().Match(rest) is { Success: true } best)
        {
            Func<SceneThing, double> measure = best.Groups[1].Value switch
            {
                "largest" => thing => thing.Area,
                "smallest" => thing => -thing.Area,
                "leftmost" => thing => -thing.Box.Center.X,
                "rightmost" => thing => thing.Box.Center.X,
                "topmost" => thing => -thing.Box.Center.Y,
                _ => thing => thing.Box.Center.Y,
            };
            return [Named(best.Groups[2].Value).MaxBy(measure)!];
        }

        foreach (string relation in Relations)
        {
            if (rest.Split($" {relation} the ") is [var noun, var other])
            {
                SceneThing anchor = Named(other).Single();
                return Named(noun).Where(thing => thing.Id != anchor.Id && Stands(thing, relation, anchor));
            }
        }

        string name = rest.EndsWith(" one", StringComparison.Ordinal)
            ? "one"
            : Singular
                .Values.Where(key => rest == key || rest.EndsWith($" {key}", StringComparison.Ordinal))
                .MaxBy(key => key.Length)!;
        return Described(rest[..^name.Length].Trim(), name == "one" ? "thing" : name);
    }

    private IEnumerable<SceneThing> Described(string adjective, string noun) =>
        Named(noun)
            .Where(thing =>
                adjective switch
                {
                    "" => true,
                    "broken" => thing.Condition == ThingCondition.Broken,
                    "upside-down" => thing.Condition == ThingCondition.UpsideDown,
                    _ => Colored(thing, adjective) > 0.4,
                }
            );

    /// <summary>The share of a colour among a thing's pixels, counted anew.</summary>
    private double Colored(SceneThing thing, string color)
    {
        int index = ColorNames.All.ToList().IndexOf(color);
        Assert.True(index >= 0, $"no colour '{color}'");
        ReadOnlySpan<byte> pixels = scene.Picture.Pixels;
        int count = 0;
        ReadOnlySpan<bool> mask = thing.Mask.Pixels;
        for (int p = 0; p < mask.Length; p++)
        {
            count += mask[p] && ColorNames.Of(pixels[p * 3], pixels[(p * 3) + 1], pixels[(p * 3) + 2]) == index ? 1 : 0;
        }

        return (double)count / thing.Area;
    }

    private IEnumerable<SceneThing> Named(string noun) =>
        scene.Things.Where(thing => noun == "thing" || thing.Category.Name == noun || thing.Category.Kinds.Contains(noun));

    private bool Stands(SceneThing thing, string relation, SceneThing anchor)
    {
        (PixelBox a, PixelBox b) = (thing.Box, anchor.Box);
        bool within = a.Center.X >= b.X0 && a.Center.X <= b.X1;
        bool on = within && a.Y1 > b.Y0 && a.Y1 < b.Y0 + (0.75f * b.Height) && a.Center.Y < b.Center.Y;
        float gap = Math.Max(a.X0, b.X0) - Math.Min(a.X1, b.X1);
        return relation switch
        {
            "to the left of" => a.Center.X < b.Center.X - (0.04f * Width),
            "to the right of" => a.Center.X > b.Center.X + (0.04f * Width),
            "above" => a.Center.Y < b.Center.Y - (0.04f * Height),
            "below" => a.Center.Y > b.Center.Y + (0.04f * Height),
            "under" => within && a.Center.Y > b.Y0 + (0.55f * b.Height) && a.Y0 < b.Y1 + (0.4f * b.Height),
            "on" => on,
            "next to" => gap < 0.1f * Width && Math.Abs(a.Center.Y - b.Center.Y) < 0.17f * Height,
            "in front of" => !on && scene.HiddenPixels(anchor, thing) > 0.06 * anchor.Area,
            _ => scene.HiddenPixels(thing, anchor) > 0.06 * thing.Area,
        };
    }

    [GeneratedRegex("^(first|second|third|fourth|fifth|sixth) (.+) from the (left|right)$")]
    private static partial Regex Rank();

    [GeneratedRegex("^(.+) on the (left|right)$")]
    private static partial Regex Side();

    [GeneratedRegex("^(largest|smallest|leftmost|rightmost|topmost|lowest) (.+)$")]
    private static partial Regex Best();
}
