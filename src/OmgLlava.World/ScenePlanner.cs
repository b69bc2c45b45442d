namespace OmgLlava.World;

/// <summary>Chooses what stands where in a scene.</summary>
internal sealed class ScenePlanner(ArtShelf shelf, WorldOptions options, Backdrop backdrop, SceneRandom random)
{
    private const int Tries = 30;

    private static readonly double[] SizeShares = [0, 0.22, 0.28, 0.35, 0.43, 0.52];

    private static readonly HashSet<string> Supports =
    [
        "bed",
        "couch",
        "cardboard box",
        "suitcase",
        "drum",
        "rock",
        "toolbox",
        "present",
        "television",
        "chair",
        "book",
    ];

    private static readonly HashSet<string> SkyOnly =
    [
        "sun",
        "moon",
        "star",
        "cloud",
        "rainbow",
        "airplane",
        "helicopter",
        "rocket",
    ];

    private static readonly HashSet<string> TellsUpFromDown =
    [
        "animal",
        "vehicle",
        "building",
        "piece of furniture",
        "tree",
        "flower",
        "drink",
        "device",
        "hat",
    ];

    private const double StrangeScenes = 0.12;
    private const double StrangersInThem = 0.5;

    private readonly List<ThingPlan> _plans = [];

    private readonly GroundPlane _ground = backdrop.Ground;

    /// <summary>The things from back to front.</summary>
    public IReadOnlyList<ThingPlan> Plan()
    {
        int wanted = Math.Clamp(
            options.MinThings
                + random.Below(Math.Min(7, options.MaxThings - options.MinThings) + 1)
                + (random.Chance(0.15) ? 3 : 0),
            options.MinThings,
            options.MaxThings
        );
        ThingCategory[] fitting = [.. shelf.Categories.Where(Fits)];
        if (fitting.Length == 0 || random.Chance(0.06))
        {
            fitting = [.. shelf.Categories];
        }

        ThingCategory[] strangers =
            shelf.Strangers.Count > 0 && random.Chance(StrangeScenes) ? [.. shelf.Strangers.Where(Fits)] : [];
        for (int attempt = 0; attempt < wanted * 3 && _plans.Count < wanted; attempt++)
        {
            double what = random.Unit();
            ThingCategory category =
                strangers.Length > 0 && random.Chance(StrangersInThem) ? random.Pick(strangers)
                : _plans.Count > 0 && what < 0.33 ? random.Pick(_plans).Drawing.Category
                : _plans.Count > 0 && what < 0.5 ? Relative(random.Pick(_plans).Drawing.Category, fitting)
                : random.Pick(fitting);
            if (!TryPlace(category) || _plans.Count >= wanted)
            {
                continue;
            }

            if (category.Name == "umbrella" && random.Chance(0.6))
            {
                TryPlaceBeside(_plans[^1], random.Pick(fitting), below: true);
            }
            else if (Supports.Contains(category.Name) && random.Chance(0.55))
            {
                TryPlaceBeside(_plans[^1], random.Pick(fitting), below: false);
            }
        }

        return [.. _plans.OrderBy(plan => plan.Foot)];
    }

    private bool Fits(ThingCategory category) =>
        backdrop.Setting switch
        {
            SceneSetting.Outdoors or SceneSetting.Sea => category.Place != ThingPlace.Water
                || backdrop.Stuffs.Any(stuff => stuff.Name == "water"),
            SceneSetting.Room => category.Size <= 4
                && category.Place != ThingPlace.Water
                && !SkyOnly.Contains(category.Name)
                && !category.Is("vehicle")
                && !category.Is("tree"),
            _ => (backdrop.Stuffs[0].Name == "water") == (category.Place == ThingPlace.Water)
                && category.Size <= 3
                && !SkyOnly.Contains(category.Name),
        };

    private ThingCategory Relative(ThingCategory category, ThingCategory[] fitting)
    {
        ThingCategory[] related =
        [
            .. fitting.Where(other => other.Name != category.Name && other.Kinds.Any(category.Kinds.Contains)),
        ];
        return related.Length > 0 ? random.Pick(related) : random.Pick(fitting);
    }

    private bool TryPlace(ThingCategory category)
    {
        bool free = random.Chance(0.03);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            (double x, double y) = (random.Range(0.05, 0.95) * _ground.Width, random.Range(0.05, 0.97) * _ground.Height);
            StuffKind stuff = backdrop.KindAt(x, y);
            bool fits =
                _ground.Flat
                || (
                    category.Place switch
                    {
                        ThingPlace.Air => stuff.Upright,
                        ThingPlace.Water => stuff.Name == "water",
                        _ => !stuff.Upright && stuff.Name != "water",
                    }
                );
            if (
                (fits || free)
                && TryAdd(
                    Pose(category, x, y, onGround: category.Place != ThingPlace.Air && !_ground.Flat),
                    crowding: random.Chance(0.25) ? 0.5 : 0.12
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Places a smaller thing under or on another one.</summary>
    private void TryPlaceBeside(ThingPlan host, ThingCategory category, bool below)
    {
        if (
            _ground.Flat
            || category.Place != ThingPlace.Ground
            || category.Size > (below ? 3 : 2)
            || Supports.Contains(category.Name)
            || host.Condition != ThingCondition.Usual
        )
        {
            return;
        }

        (double x0, double y0, double x1, double y1) = host.Box;
        double x = x0 + ((x1 - x0) * random.Range(0.35, 0.65));
        double foot = below ? y1 + ((y1 - y0) * random.Range(0.02, 0.14)) : y0 + ((y1 - y0) * random.Range(0.22, 0.34));
        ThingPlan plan = Pose(category, x, foot, onGround: true, scaleRow: y1);
        double limit = (x1 - x0) * (below ? 0.6 : 0.7);
        double width = plan.Box.X1 - plan.Box.X0;
        if (width > limit)
        {
            plan = Shrink(plan, limit / width, x, foot);
        }

        _ = TryAdd(plan with { Foot = Math.Max(plan.Foot, host.Foot + 0.5), Shadow = below }, crowding: 0.5, host);
    }

    private static ThingPlan Shrink(ThingPlan plan, double factor, double x, double foot)
    {
        double width = (plan.Box.X1 - plan.Box.X0) * factor;
        double height = (plan.Box.Y1 - plan.Box.Y0) * factor;
        return plan with
        {
            Scale = plan.Scale * factor,
            CenterY = foot - (height / 2),
            Box = (x - (width / 2), foot - height, x + (width / 2), foot),
        };
    }

    private ThingPlan Pose(ThingCategory category, double x, double y, bool onGround, double? scaleRow = null)
    {
        Drawing drawing = random.Pick(shelf.DrawingsOf(category));
        Sprite sprite = shelf.SpriteOf(drawing);
        double share = SizeShares[category.Size] * random.Range(0.82, 1.25);
        double perspective =
            _ground.Flat ? 1.1
            : onGround ? _ground.ScaleAt(scaleRow ?? y)
            : random.Range(0.6, 1);
        double scale = share * perspective * Math.Min(_ground.Width, _ground.Height) / Math.Max(sprite.Width, sprite.Height);
        ThingCondition condition = random.Unit() switch
        {
            < 0.16 when category.Breakable => ThingCondition.Broken,
            var drawn when drawn >= 1 - options.UpsideDownShare && category.Kinds.Any(TellsUpFromDown.Contains) =>
                ThingCondition.UpsideDown,
            _ => ThingCondition.Usual,
        };
        double tilt =
            _ground.Flat ? 32
            : onGround ? 5
            : 14;
        double rotation = random.Range(-tilt, tilt) + (condition == ThingCondition.UpsideDown ? 180 : 0);
        double radians = rotation * Math.PI / 180;
        double width = ((Math.Abs(Math.Cos(radians)) * sprite.Width) + (Math.Abs(Math.Sin(radians)) * sprite.Height)) * scale;
        double height = ((Math.Abs(Math.Sin(radians)) * sprite.Width) + (Math.Abs(Math.Cos(radians)) * sprite.Height)) * scale;
        double top = onGround ? y - height : y - (height / 2);
        int color = category.Paintable && random.Chance(0.6) ? random.Pick(Painter.Colors) : -1;
        return new ThingPlan(
            drawing,
            color,
            x,
            top + (height / 2),
            scale,
            rotation,
            random.Chance(0.5),
            condition,
            category.Place == ThingPlace.Ground
        )
        {
            Foot =
                onGround ? y
                : _ground.Flat ? _plans.Count
                : 0,
            Box = (x - (width / 2), top, x + (width / 2), top + height),
        };
    }

    /// <summary>Adds a thing unless it lies too far outside or covers too much of another.</summary>
    /// <param name="plan">The thing.</param>
    /// <param name="crowding">Largest share of the smaller of two boxes that may overlap.</param>
    /// <param name="host">One that it may cover.</param>
    private bool TryAdd(ThingPlan plan, double crowding, ThingPlan? host = null)
    {
        double area = Area(plan.Box);
        var picture = (0d, 0d, (double)_ground.Width, (double)_ground.Height);
        double inside = Overlap(plan.Box, picture) / area;
        if (
            inside < (random.Chance(0.1) ? 0.75 : 0.97)
            || _plans.Any(other => other != host && Overlap(plan.Box, other.Box) / Math.Min(area, Area(other.Box)) > crowding)
        )
        {
            return false;
        }

        _plans.Add(plan);
        return true;
    }

    private static double Area((double X0, double Y0, double X1, double Y1) box) => (box.X1 - box.X0) * (box.Y1 - box.Y0);

    private static double Overlap(
        (double X0, double Y0, double X1, double Y1) a,
        (double X0, double Y0, double X1, double Y1) b
    ) => Math.Max(0, Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0)) * Math.Max(0, Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0));
}
