namespace OmgLlava.World;

/// <summary>How stuff looks: for each kind a function from a place in the picture to a colour, drawn anew for each
/// scene.</summary>
internal static class Materials
{
    /// <summary>Makes the look of one region.</summary>
    /// <param name="kind">Name of the stuff.</param>
    /// <param name="ground">How far the ground recedes.</param>
    /// <param name="random">Chooses colours and patterns.</param>
    /// <returns>From x, y in pixels to a colour.</returns>
    public static Func<float, float, Shade> Create(string kind, GroundPlane ground, SceneRandom random)
    {
        var noise = new Noise(random);
        float vary = (float)random.Range(-12, 12);
        float unit = ground.Height;
        switch (kind)
        {
            case "sky":
                return Sky(ground, random, noise);
            case "grass":
                Shade grass = Shade.FromHsv(
                    (float)random.Range(80, 125),
                    (float)random.Range(0.45, 0.7),
                    (float)random.Range(0.45, 0.72)
                );
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    return (grass * (0.78f + (0.35f * noise.Clouds(u * 5, v * 5))))
                        + (26 * (noise.At(x * 0.9f, y * 0.28f) - 0.5f));
                };
            case "sand":
                Shade sand = Shade.FromHsv(
                    (float)random.Range(36, 46),
                    (float)random.Range(0.25, 0.42),
                    (float)random.Range(0.8, 0.95)
                );
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    return (sand * (0.9f + (0.12f * noise.At(u * 4, v * 22)))) + (14 * (noise.At(x * 0.8f, y * 0.8f) - 0.5f));
                };
            case "water":
                Shade deep = Shade.FromHsv(
                    (float)random.Range(188, 225),
                    (float)random.Range(0.5, 0.8),
                    (float)random.Range(0.5, 0.8)
                );
                Shade foam = deep.Mix(new Shade(255, 255, 255), 0.55f);
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    float wave = MathF.Sin((v * 42) + (9 * noise.At(u * 5, v * 6)));
                    return deep.Mix(foam, MathF.Max(0, wave - 0.55f) * 0.9f) * (0.86f + (0.25f * noise.At(u * 3, v * 9)));
                };
            case "snow":
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    float t = noise.Clouds(u * 4, v * 8);
                    return new Shade(212, 224, 240).Mix(new Shade(252, 253, 255), t * 1.2f) + (5 * (noise.At(x, y) - 0.5f));
                };
            case "road":
                Shade asphalt = new(96 + vary, 97 + vary, 102 + vary);
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    bool line = MathF.Abs(u - 0.5f) < 0.012f && (v * 5 % 1) < 0.55f;
                    return line
                        ? new Shade(225, 222, 205)
                        : asphalt + (22 * (noise.At(x * 1.1f, y * 1.1f) - 0.5f)) + (14 * (noise.Clouds(u * 4, v * 4) - 0.5f));
                };
            case "soil":
                Shade soil = Shade.FromHsv(
                    (float)random.Range(18, 30),
                    (float)random.Range(0.4, 0.6),
                    (float)random.Range(0.35, 0.5)
                );
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    return (soil * (0.75f + (0.5f * noise.Clouds(u * 9, v * 9)))) + (18 * (noise.At(x * 0.7f, y * 0.7f) - 0.5f));
                };
            case "wooden floor":
                return Planks(ground, random, noise);
            case "tiled floor":
                Shade light = Shade.FromHsv(
                    (float)random.Range(0, 360),
                    (float)random.Range(0.02, 0.16),
                    (float)random.Range(0.8, 0.95)
                );
                Shade dark = random.Chance(0.5)
                    ? light * 0.82f
                    : Shade.FromHsv((float)random.Range(0, 360), (float)random.Range(0.15, 0.4), (float)random.Range(0.4, 0.7));
                float tiles = (float)random.Range(6, 11);
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    (float a, float b) = (u * tiles, v * tiles);
                    bool joint = Fraction(a) < 0.05f || Fraction(b) < 0.05f;
                    Shade tile = (((int)MathF.Floor(a) + (int)MathF.Floor(b)) & 1) == 0 ? light : dark;
                    return (joint ? tile * 0.75f : tile) + (8 * (noise.At(u * 20, v * 20) - 0.5f));
                };
            case "carpet":
                Shade pile = Shade.FromHsv(
                    (float)random.Range(0, 360),
                    (float)random.Range(0.25, 0.55),
                    (float)random.Range(0.4, 0.75)
                );
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    float weave = ((MathF.Sin(u * 120) * MathF.Sin(v * 120)) + 1) * 0.05f;
                    return (pile * (0.88f + weave + (0.12f * noise.Clouds(u * 6, v * 6))))
                        + (16 * (noise.At(x * 1.3f, y * 1.3f) - 0.5f));
                };
            case "stone floor":
                Shade stone = new(150 + vary, 148 + vary, 142 + vary);
                return (x, y) =>
                {
                    (float u, float v) = ground.At(x, y);
                    (float a, float b) = (u * 9, v * 9);
                    a += ((int)MathF.Floor(b) & 1) * 0.5f;
                    float edge =
                        MathF.Min(MathF.Min(Fraction(a), 1 - Fraction(a)), MathF.Min(Fraction(b), 1 - Fraction(b)))
                        + (0.1f * (noise.At(u * 30, v * 30) - 0.5f));
                    float tone = noise.At(MathF.Floor(a) * 3.7f, MathF.Floor(b) * 5.3f);
                    return edge < 0.07f
                        ? stone * 0.62f
                        : (stone * (0.82f + (0.35f * tone))) + (14 * (noise.At(x * 0.9f, y * 0.9f) - 0.5f));
                };
            case "brick wall":
                Shade brick = Shade.FromHsv(
                    (float)random.Range(6, 22),
                    (float)random.Range(0.4, 0.62),
                    (float)random.Range(0.55, 0.74)
                );
                float course = unit / (float)random.Range(12, 20);
                return (x, y) =>
                {
                    float b = y / course;
                    float a = (x / (course * 2.3f)) + (((int)MathF.Floor(b) & 1) * 0.5f);
                    bool mortar = Fraction(b) < 0.12f || Fraction(a) < 0.055f;
                    float tone = noise.At(MathF.Floor(a) * 3.1f, MathF.Floor(b) * 7.7f);
                    return mortar
                        ? new Shade(196, 188, 178) + (10 * (noise.At(x, y) - 0.5f))
                        : (brick * (0.8f + (0.35f * tone))) + (16 * (noise.At(x * 0.6f, y * 0.6f) - 0.5f));
                };
            case "painted wall":
                Shade paint = Shade.FromHsv(
                    (float)random.Range(0, 360),
                    (float)random.Range(0.06, 0.32),
                    (float)random.Range(0.75, 0.96)
                );
                return (x, y) => (paint * (1.03f - (0.12f * y / unit))) + (6 * (noise.Clouds(x / unit * 6, y / unit * 6) - 0.5f));
            case "wallpaper":
                return Wallpaper(unit, random, noise);
            case "mountain":
                Shade ridge = Shade.FromHsv(
                    (float)random.Range(205, 260),
                    (float)random.Range(0.12, 0.3),
                    (float)random.Range(0.42, 0.65)
                );
                return (x, y) => ridge * (0.72f + (0.55f * noise.Clouds(x / unit * 7, ((y * 0.6f) + (x * 0.5f)) / unit * 9)));
            case "forest":
                Shade leaf = Shade.FromHsv(
                    (float)random.Range(95, 150),
                    (float)random.Range(0.4, 0.65),
                    (float)random.Range(0.24, 0.4)
                );
                return (x, y) => leaf * (0.6f + (0.8f * noise.Clouds(x / unit * 16, y / unit * 12)));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such stuff.");
        }
    }

    private static Func<float, float, Shade> Sky(GroundPlane ground, SceneRandom random, Noise noise)
    {
        (Shade high, Shade low, Shade cloud) = random.Below(10) switch
        {
            0 => (new Shade(16, 22, 58), new Shade(58, 66, 120), new Shade(80, 88, 130)),
            1 => (new Shade(94, 84, 150), new Shade(250, 170, 120), new Shade(255, 200, 170)),
            2 or 3 => (new Shade(168, 180, 194), new Shade(210, 216, 222), new Shade(236, 238, 240)),
            _ => (new Shade(84, 158, 232), new Shade(190, 224, 250), new Shade(255, 255, 255)),
        };
        float cover = (float)random.Range(0.45, 0.8);
        float unit = ground.Height;
        float depth = MathF.Max(1, ground.Horizon > 0.1f * unit ? ground.Horizon : unit);
        return (x, y) =>
        {
            float t = MathF.Min(1, y / depth);
            float density = (noise.Clouds(x / unit * 3, y / unit * 6) - cover) * 5;
            return high.Mix(low, t).Mix(cloud, Math.Clamp(density, 0, 1) * 0.85f);
        };
    }

    private static Func<float, float, Shade> Planks(GroundPlane ground, SceneRandom random, Noise noise)
    {
        Shade wood = Shade.FromHsv((float)random.Range(20, 36), (float)random.Range(0.35, 0.58), (float)random.Range(0.5, 0.82));
        float boards = (float)random.Range(6, 11);
        bool across = random.Chance(0.5);
        return (x, y) =>
        {
            (float u, float v) = ground.At(x, y);
            (float a, float b) = across ? (v * boards, u * 2) : (u * boards, v * 2);
            float board = MathF.Floor(a);
            b += board * 0.37f;
            bool gap = Fraction(a) < 0.045f || Fraction(b) < 0.01f;
            float tone = noise.At(board * 5.7f, MathF.Floor(b) * 3.3f);
            float grain = noise.At(a * 6, b * 3.5f) + (0.5f * noise.At(a * 17, b * 5));
            return gap ? wood * 0.55f : wood * (0.78f + (0.22f * tone) + (0.14f * grain));
        };
    }

    private static Func<float, float, Shade> Wallpaper(float unit, SceneRandom random, Noise noise)
    {
        float hue = (float)random.Range(0, 360);
        Shade back = Shade.FromHsv(hue, (float)random.Range(0.1, 0.35), (float)random.Range(0.7, 0.92));
        Shade front = random.Chance(0.5) ? back.Mix(new Shade(255, 255, 255), 0.5f) : Shade.FromHsv(hue + 20, 0.4f, 0.6f);
        float step = unit / (float)random.Range(7, 14);
        bool stripes = random.Chance(0.5);
        return (x, y) =>
        {
            bool mark = stripes
                ? Fraction(x / step) < 0.4f
                : ((Fraction(x / step) - 0.5f) * (Fraction(x / step) - 0.5f))
                    + ((Fraction(y / step) - 0.5f) * (Fraction(y / step) - 0.5f))
                    < 0.05f;
            return (mark ? front : back) + (7 * (noise.Clouds(x / unit * 8, y / unit * 8) - 0.5f));
        };
    }

    private static float Fraction(float value) => value - MathF.Floor(value);
}
