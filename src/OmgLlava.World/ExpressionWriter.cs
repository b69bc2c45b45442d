using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Writes expressions that are unambiguous in their scene: of every thing it is clear whether it is meant.</summary>
internal sealed class ExpressionWriter(Scene scene, WorldVocabulary vocabulary, SceneRandom random)
{
    private static readonly string[] GeneralNouns =
    [
        "animal",
        "bird",
        "food",
        "fruit",
        "vegetable",
        "vehicle",
        "plant",
        "tool",
        "piece of clothing",
        "toy",
        "ball",
        "device",
        "musical instrument",
        "building",
        "insect",
        "dessert",
    ];

    private readonly Dictionary<string, SceneExpression> _written = [];

    /// <summary>Every expression that holds, in random order.</summary>
    public IReadOnlyList<SceneExpression> Write()
    {
        string[] nouns = [.. Nouns().Where(scene.Knows)];
        foreach (string noun in nouns)
        {
            Names(noun);
            Colors(noun);
            if (scene.IsDrawn)
            {
                Conditions(noun);
            }

            Positions(noun);
            Sizes(noun);
            Relations(noun);
        }

        if (scene.IsDrawn)
        {
            Facts();
        }

        foreach (string absent in Absent(nouns))
        {
            AddNone(The(absent), ExpressionKind.Name, thing => SceneTruth.Is(thing, absent));
        }

        return random.Shuffle(_written.Values);
    }

    /// <summary>Nouns for which some thing in sight stands: categories, kinds, and "thing".</summary>
    private IEnumerable<string> Nouns() =>
        scene
            .Things.SelectMany(thing => thing.Category.Kinds.Prepend(thing.Category.Name))
            .Append(SceneTruth.AnyThing)
            .Distinct();

    /// <summary>Things that one could look for in vain.</summary>
    private IEnumerable<string> Absent(string[] present) =>
        random
            .Shuffle(
                vocabulary
                    .Categories.Select(category => category.Name)
                    .Concat(GeneralNouns)
                    .Except(present)
                    .Where(scene.Knows)
            )
            .Take(8);

    private void Names(string noun)
    {
        if (noun == SceneTruth.AnyThing)
        {
            return;
        }

        AddSingle(The(noun), ExpressionKind.Name, thing => SceneTruth.Is(thing, noun));
        AddAll($"all {Many(noun)}", ExpressionKind.Name, thing => SceneTruth.Is(thing, noun));
    }

    private void Colors(string noun)
    {
        for (int color = 0; color < ColorNames.All.Count; color++)
        {
            int wanted = color;
            string name = ColorNames.All[color];
            Truth Holds(SceneThing thing) => And(SceneTruth.Is(thing, noun), SceneTruth.HasColor(thing, wanted));
            if (noun == SceneTruth.AnyThing)
            {
                AddSingle($"the {name} one", ExpressionKind.Color, Holds);
                AddAll($"all {name} things", ExpressionKind.Color, Holds);
                continue;
            }

            AddSingle($"the {Adjective(name, noun)}", ExpressionKind.Color, Holds);
            AddAll($"all {AdjectiveMany(name, noun)}", ExpressionKind.Color, Holds);
            if (random.Chance(0.3))
            {
                AddNone($"the {Adjective(name, noun)}", ExpressionKind.Color, Holds);
            }
        }
    }

    private void Conditions(string noun)
    {
        foreach (
            (ThingCondition condition, string word) in ((ThingCondition, string)[])
                [(ThingCondition.Broken, "broken"), (ThingCondition.UpsideDown, "upside-down")]
        )
        {
            Truth Holds(SceneThing thing) => And(SceneTruth.Is(thing, noun), SceneTruth.Has(thing, condition));
            AddSingle($"the {Adjective(word, noun)}", ExpressionKind.Condition, Holds, form: word);
            bool thinkable =
                noun != SceneTruth.AnyThing
                && (condition == ThingCondition.UpsideDown || vocabulary.Find(noun) is { Breakable: true });
            if (thinkable && random.Chance(0.4))
            {
                AddNone($"the {Adjective(word, noun)}", ExpressionKind.Condition, Holds, form: word);
            }
        }
    }

    private void Positions(string noun)
    {
        if (Sure(thing => SceneTruth.Is(thing, noun)) is not { Length: >= 2 } things)
        {
            return;
        }

        int width = scene.Picture.Width;
        int height = scene.Picture.Height;
        if (SceneTruth.Ordered(things, thing => thing.Box.Center.X, (a, b) => b - a > width * 0.05) is { } row)
        {
            string left =
                noun == SceneTruth.AnyThing ? "the leftmost thing"
                : row.Length == 2 ? $"{The(noun)} on the left"
                : $"the leftmost {noun}";
            string right =
                noun == SceneTruth.AnyThing ? "the rightmost thing"
                : row.Length == 2 ? $"{The(noun)} on the right"
                : $"the rightmost {noun}";
            Add(left, ExpressionKind.Position, "end", row[0]);
            Add(right, ExpressionKind.Position, "end", row[^1]);
            if (noun != SceneTruth.AnyThing && row.Length >= 3)
            {
                for (int rank = 2; rank < Math.Min(row.Length, 5); rank++)
                {
                    Add($"the {English.Ordinal(rank)} {noun} from the left", ExpressionKind.Position, "ordinal", row[rank - 1]);
                    Add($"the {English.Ordinal(rank)} {noun} from the right", ExpressionKind.Position, "ordinal", row[^rank]);
                }
            }

            if (noun != SceneTruth.AnyThing && row.Length < 5)
            {
                string side = random.Chance(0.5) ? "left" : "right";
                AddNone($"the {English.Ordinal(row.Length + 1)} {noun} from the {side}", ExpressionKind.Position, _ => Truth.No);
            }
        }

        if (SceneTruth.Ordered(things, thing => thing.Box.Center.Y, (a, b) => b - a > height * 0.07) is { } column)
        {
            Add($"the topmost {noun}", ExpressionKind.Position, "height", column[0]);
            Add($"the lowest {noun}", ExpressionKind.Position, "height", column[^1]);
        }
    }

    private void Sizes(string noun)
    {
        if (Sure(thing => SceneTruth.Is(thing, noun)) is not { Length: >= 2 } things)
        {
            return;
        }

        SceneThing[] sorted = [.. things.OrderBy(thing => thing.Area)];
        if (sorted[^1].Area > 1.3 * sorted[^2].Area)
        {
            Add($"the largest {noun}", ExpressionKind.Size, "largest", sorted[^1]);
        }

        if (sorted[1].Area > 1.3 * sorted[0].Area)
        {
            Add($"the smallest {noun}", ExpressionKind.Size, "smallest", sorted[0]);
        }
    }

    private void Relations(string noun)
    {
        (int width, int height) = (scene.Picture.Width, scene.Picture.Height);
        foreach (SceneThing other in scene.Things)
        {
            string name = other.Category.Name;
            if (Sure(thing => SceneTruth.Is(thing, name)) is not [_] || name == noun || !scene.Knows(name))
            {
                continue; // the other thing itself must be clear, and something else
            }

            if (scene.IsDrawn)
            {
                Depths(noun, other);
            }

            if (noun == SceneTruth.AnyThing)
            {
                continue;
            }

            Relate(noun, other, "to the left of", thing => SceneTruth.LeftOf(thing, other, width), contrast: true);
            Relate(noun, other, "to the right of", thing => SceneTruth.LeftOf(other, thing, width), contrast: true);
            Relate(noun, other, "above", thing => SceneTruth.Above(thing, other, height), contrast: true);
            Relate(noun, other, "below", thing => SceneTruth.Above(other, thing, height), contrast: true);
        }
    }

    /// <summary>What stands under, on, before, behind and beside another thing.</summary>
    private void Depths(string noun, SceneThing other)
    {
        Relate(noun, other, "under", thing => SceneTruth.Under(thing, other), only: "umbrella");
        Relate(noun, other, "on", thing => SceneTruth.On(thing, other, scene));
        Relate(
            noun,
            other,
            "in front of",
            thing => And(SceneTruth.InFrontOf(thing, other, scene), Not(SceneTruth.On(thing, other, scene)))
        );
        Relate(noun, other, "behind", thing => SceneTruth.InFrontOf(other, thing, scene));
        Relate(noun, other, "next to", thing => SceneTruth.NextTo(thing, other, scene.Picture.Width, scene.Picture.Height));
    }

    /// <param name="noun">What is looked for.</param>
    /// <param name="other">What it stands to.</param>
    /// <param name="word">How.</param>
    /// <param name="holds">Whether a thing stands so.</param>
    /// <param name="only">The only category that the other one may be; null for any.</param>
    /// <param name="contrast">Whether to say it only where it tells one thing from others of its kind, or is false.</param>
    private void Relate(
        string noun,
        SceneThing other,
        string word,
        Func<SceneThing, Truth> holds,
        string? only = null,
        bool contrast = false
    )
    {
        if (only is not null && other.Category.Name != only)
        {
            return;
        }

        string text = $"{The(noun)} {word} the {other.Category.Name}";
        Truth Holds(SceneThing thing) => thing.Id == other.Id ? Truth.No : And(SceneTruth.Is(thing, noun), holds(thing));
        int named = scene.Things.Count(thing => SceneTruth.Is(thing, noun) != Truth.No);
        if (!contrast || named > 1)
        {
            AddSingle(text, ExpressionKind.Relation, Holds, form: word);
        }

        if (noun != SceneTruth.AnyThing && random.Chance(0.12))
        {
            AddNone(text, ExpressionKind.Relation, Holds, form: word);
        }
    }

    private void Facts()
    {
        foreach (Fact fact in vocabulary.Facts)
        {
            Truth Holds(SceneThing thing) => SceneTruth.Fits(thing, fact);
            if (fact.Kind is null)
            {
                AddAll(fact.Expression, ExpressionKind.Reasoning, Holds, fewest: 1);
            }
            else
            {
                AddSingle(fact.Expression, ExpressionKind.Reasoning, Holds);
                AddAll($"every {fact.Kind} that {fact.Clause}", ExpressionKind.Reasoning, Holds);
            }
        }

        foreach (Fact fact in random.Shuffle(vocabulary.Facts).Take(5))
        {
            AddNone(fact.Expression, ExpressionKind.Reasoning, thing => SceneTruth.Fits(thing, fact));
        }
    }

    /// <summary>Adds an expression that means exactly one thing.</summary>
    private void AddSingle(string text, ExpressionKind kind, Func<SceneThing, Truth> holds, string form = "")
    {
        if (Sure(holds) is [var only])
        {
            Add(text, kind, form, only);
        }
    }

    /// <summary>Adds an expression that means all of several things.</summary>
    private void AddAll(string text, ExpressionKind kind, Func<SceneThing, Truth> holds, int fewest = 2)
    {
        if (Sure(holds) is { } all && all.Length >= fewest)
        {
            Add(text, kind, form: "", all);
        }
    }

    /// <summary>Adds an expression that surely means nothing in the scene.</summary>
    private void AddNone(string text, ExpressionKind kind, Func<SceneThing, Truth> holds, string form = "")
    {
        if (Sure(holds) is [])
        {
            Add(text, kind, form);
        }
    }

    private void Add(string text, ExpressionKind kind, string form, params SceneThing[] things) =>
        _written.TryAdd(text, new SceneExpression(text, [.. things.Select(thing => thing.Id).Order()], kind) { Form = form });

    /// <summary>The things of which something holds; null when it is unclear of any.</summary>
    private SceneThing[]? Sure(Func<SceneThing, Truth> holds)
    {
        var sure = new List<SceneThing>();
        foreach (SceneThing thing in scene.Things)
        {
            switch (holds(thing))
            {
                case Truth.Unclear:
                    return null;
                case Truth.Yes:
                    sure.Add(thing);
                    break;
                default:
                    break;
            }
        }

        return [.. sure];
    }

    private static Truth And(Truth a, Truth b) => (Truth)Math.Min((int)a, (int)b);

    private static Truth Not(Truth a) => (Truth)(2 - (int)a);

    private string Many(string noun) => vocabulary.Find(noun)?.Plural ?? English.Plural(noun);

    private static string The(string noun) => $"the {noun}";

    private static string Adjective(string adjective, string noun) => $"{adjective} {noun}";

    private string AdjectiveMany(string adjective, string noun) => $"{adjective} {Many(noun)}";
}
