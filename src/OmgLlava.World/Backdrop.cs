namespace OmgLlava.World;

/// <summary>The stuff of a scene before things are put in: which stuff each pixel shows, and its colours.</summary>
internal sealed class Backdrop
{
    private static readonly string[] Grounds = ["grass", "sand", "snow", "soil", "road", "stone floor"];
    private static readonly string[] Floors = ["wooden floor", "tiled floor", "carpet", "stone floor"];
    private static readonly string[] Walls = ["brick wall", "painted wall", "wallpaper"];
    private static readonly string[] Flats =
    [
        "wooden floor",
        "carpet",
        "tiled floor",
        "grass",
        "sand",
        "snow",
        "soil",
        "stone floor",
        "road",
        "water",
    ];

    private Backdrop(SceneSetting setting, GroundPlane ground, IReadOnlyList<StuffKind> stuffs, byte[] stuffAt, byte[] pixels) =>
        (Setting, Ground, Stuffs, StuffAt, Pixels) = (setting, ground, stuffs, stuffAt, pixels);

    public SceneSetting Setting { get; }

    public GroundPlane Ground { get; }

    /// <summary>The kinds of stuff in it, in the order of layers.</summary>
    public IReadOnlyList<StuffKind> Stuffs { get; }

    /// <summary>(height, width) indices into <see cref="Stuffs"/>.</summary>
    public byte[] StuffAt { get; }

    /// <summary>(height, width, 3) bytes.</summary>
    public byte[] Pixels { get; }

    public StuffKind KindAt(double x, double y) =>
        Stuffs[StuffAt[(Math.Clamp((int)y, 0, Ground.Height - 1) * Ground.Width) + Math.Clamp((int)x, 0, Ground.Width - 1)]];

    public static Backdrop Draw(int width, int height, WorldVocabulary vocabulary, SceneRandom random)
    {
        int choice = random.Below(100);
        SceneSetting setting = choice switch
        {
            < 42 => SceneSetting.Outdoors,
            < 52 => SceneSetting.Sea,
            < 78 => SceneSetting.Room,
            _ => SceneSetting.FlatLay,
        };
        float horizon = setting switch
        {
            SceneSetting.FlatLay => 0,
            SceneSetting.Room => height * (float)random.Range(0.38, 0.62),
            _ => height * (float)random.Range(0.3, 0.5),
        };
        var ground = new GroundPlane(width, height, horizon);
        List<(string Kind, float[] Top)> layers = setting switch
        {
            SceneSetting.Outdoors => Outdoors(ground, random),
            SceneSetting.Sea => Sea(ground, random),
            SceneSetting.Room => [(random.Pick(Walls), Level(width, 0)), (random.Pick(Floors), Level(width, horizon))],
            _ => [(random.Pick(Flats), Level(width, 0))],
        };
        return Paint(setting, ground, layers, vocabulary, random);
    }

    private static List<(string Kind, float[] Top)> Outdoors(GroundPlane ground, SceneRandom random)
    {
        (int width, int height, float horizon) = (ground.Width, ground.Height, ground.Horizon);
        var layers = new List<(string, float[])> { ("sky", Level(width, 0)) };
        string floor = random.Pick(Grounds);
        if (random.Chance(0.25))
        {
            layers.Add(
                ("mountain", Wavy(width, horizon - (height * 0.02f), height * (float)random.Range(0.1, 0.26), 3.5f, random))
            );
        }

        if (random.Chance(0.25))
        {
            layers.Add(("forest", Wavy(width, horizon - (height * 0.01f), height * (float)random.Range(0.05, 0.12), 14, random)));
        }
        else if (random.Chance(0.2))
        {
            layers.Add(("brick wall", Level(width, horizon - (height * (float)random.Range(0.12, 0.22)))));
        }

        layers.Add((floor, Wavy(width, horizon + (height * 0.012f), height * 0.024f, 3, random)));
        double more = random.Unit();
        if (more < 0.25 && floor != "road")
        {
            float middle = width * (float)random.Range(0.3, 0.7);
            float slope = (height - horizon) / (width * (float)random.Range(0.22, 0.4));
            layers.Add(
                (
                    "road",
                    [.. Enumerable.Range(0, width).Select(x => horizon + (height * 0.03f) + (MathF.Abs(x - middle) * slope))]
                )
            );
        }
        else if (more < 0.45 && floor != "water")
        {
            layers.Add(("water", Wavy(width, height * (float)random.Range(0.7, 0.82), height * 0.06f, 3, random)));
        }
        else if (more < 0.6)
        {
            string near = random.Pick(Grounds);
            if (near != floor)
            {
                layers.Add((near, Wavy(width, height * (float)random.Range(0.62, 0.8), height * 0.05f, 3, random)));
            }
        }

        return layers;
    }

    private static List<(string Kind, float[] Top)> Sea(GroundPlane ground, SceneRandom random)
    {
        (int width, int height, float horizon) = (ground.Width, ground.Height, ground.Horizon);
        var layers = new List<(string, float[])> { ("sky", Level(width, 0)) };
        if (random.Chance(0.25))
        {
            layers.Add(("mountain", Wavy(width, horizon - 1, height * (float)random.Range(0.06, 0.16), 3.5f, random)));
        }

        layers.Add(("water", Level(width, horizon)));
        if (random.Chance(0.65))
        {
            layers.Add(
                (
                    random.Chance(0.75) ? "sand" : random.Pick(Grounds),
                    Wavy(width, height * (float)random.Range(0.6, 0.8), height * 0.08f, 2.5f, random)
                )
            );
        }

        return layers;
    }

    private static float[] Level(int width, float y) => [.. Enumerable.Repeat(y, width)];

    /// <summary>A line of hills at most <paramref name="rise"/> above a base row.</summary>
    private static float[] Wavy(int width, float bottom, float rise, float bumps, SceneRandom random)
    {
        var noise = new Noise(random);
        return [.. Enumerable.Range(0, width).Select(x => bottom - (rise * noise.Clouds(x * bumps / width, 0.5f)))];
    }

    private static Backdrop Paint(
        SceneSetting setting,
        GroundPlane ground,
        List<(string Kind, float[] Top)> layers,
        WorldVocabulary vocabulary,
        SceneRandom random
    )
    {
        (int width, int height) = (ground.Width, ground.Height);
        byte[] stuffAt = new byte[width * height];
        byte[] pixels = new byte[width * height * 3];
        for (int layer = 1; layer < layers.Count; layer++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int y = Math.Clamp((int)layers[layer].Top[x], 0, height); y < height; y++)
                {
                    stuffAt[(y * width) + x] = (byte)layer;
                }
            }
        }

        Func<float, float, Shade>[] looks = [.. layers.Select(layer => Materials.Create(layer.Kind, ground, random))];
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at++)
            {
                Shade shade = looks[stuffAt[at]](x, y);
                pixels[at * 3] = Byte(shade.R);
                pixels[(at * 3) + 1] = Byte(shade.G);
                pixels[(at * 3) + 2] = Byte(shade.B);
            }
        }

        return new Backdrop(
            setting,
            ground,
            [.. layers.Select(layer => vocabulary.Stuffs.First(stuff => stuff.Name == layer.Kind))],
            stuffAt,
            pixels
        );
    }

    private static byte Byte(float value) => (byte)Math.Clamp(value, 0, 255);
}
