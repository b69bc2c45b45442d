using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>A picture while things are put into it, from back to front, and which of them each pixel shows.</summary>
internal sealed class Composition(Backdrop backdrop)
{
    private const double SmallestArea = 0.0011; // of the picture
    private const double SmallestShare = 0.35;
    private const int HalfCovered = 128;

    private readonly byte[] _pixels = (byte[])backdrop.Pixels.Clone();
    private readonly int[] _owner = new int[backdrop.StuffAt.Length]; // 0 the backdrop, then the things
    private readonly List<ThingPlan> _things = [];
    private readonly List<int> _full = []; // pixels of each thing, whatever hides them
    private readonly List<int[]> _covers = []; // of each thing, the pixels of those before it that it covers

    private int Width => backdrop.Ground.Width;

    private int Height => backdrop.Ground.Height;

    /// <summary>Puts a thing over what is there.</summary>
    public void Add(ThingLayer layer)
    {
        if (layer.Plan.Shadow)
        {
            DropShadow(layer.Plan);
        }

        _things.Add(layer.Plan);
        _covers.Add(new int[_things.Count]);
        _full.Add(Blend(layer, _things.Count, _covers[^1]));
    }

    /// <summary>The place in the order of drawing of the thing that is hidden most, when it is hidden too much to be recognized;
    /// -1 otherwise.</summary>
    public int HiddenMost()
    {
        int[] visible = new int[_things.Count + 1];
        foreach (int owner in _owner)
        {
            visible[owner]++;
        }

        (int Index, double Share) worst = (-1, double.MaxValue);
        for (int i = 0; i < _things.Count; i++)
        {
            double share = _full[i] == 0 ? 0 : (double)visible[i + 1] / _full[i];
            if ((visible[i + 1] < SmallestArea * _owner.Length || share < SmallestShare) && share < worst.Share)
            {
                worst = (i, share);
            }
        }

        return worst.Index;
    }

    /// <summary>The finished scene.</summary>
    public Scene ToScene(long index, WorldVocabulary vocabulary)
    {
        int[] ids = [.. _owner];
        bool[][] pixels = [.. Enumerable.Range(0, _things.Count + backdrop.Stuffs.Count).Select(_ => new bool[ids.Length])];
        int[] firstStuff = StuffOrder(vocabulary);
        double[][] colors = [.. _things.Select(_ => new double[ColorNames.All.Count])];
        for (int p = 0; p < ids.Length; p++)
        {
            if (ids[p] == 0)
            {
                ids[p] = _things.Count + firstStuff[backdrop.StuffAt[p]] + 1;
            }
            else
            {
                colors[ids[p] - 1][ColorNames.Of(_pixels[p * 3], _pixels[(p * 3) + 1], _pixels[(p * 3) + 2])]++;
            }

            pixels[ids[p] - 1][p] = true;
        }

        SceneThing[] things =
        [
            .. _things.Select(
                (plan, i) =>
                    new SceneThing(
                        i + 1,
                        plan.Drawing,
                        plan.Condition,
                        new Mask(Width, Height, pixels[i]),
                        Shares(colors[i]),
                        backdrop.KindAt(
                            plan.CenterX,
                            plan.Drawing.Category.Place == ThingPlace.Air ? plan.CenterY : plan.Box.Y1 - 1
                        )
                    )
            ),
        ];
        SceneStuff[] stuffs =
        [
            .. backdrop
                .Stuffs.Select((kind, i) => (Kind: kind, Id: things.Length + firstStuff[i] + 1))
                .OrderBy(stuff => stuff.Id)
                .Select(stuff => new SceneStuff(stuff.Id, stuff.Kind, new Mask(Width, Height, pixels[stuff.Id - 1])))
                .Where(stuff => !stuff.Mask.IsEmpty),
        ];
        int[,] hidden = new int[things.Length + 1, things.Length + 1];
        for (int above = 0; above < things.Length; above++)
        {
            for (int below = 1; below <= above; below++)
            {
                hidden[below, above + 1] = _covers[above][below];
            }
        }

        return new Scene(index, new RgbImage(Width, Height, _pixels), ids, backdrop.Setting, things, stuffs, hidden);
    }

    /// <summary>For each stuff of the backdrop its place among those that are still seen, in the order of the vocabulary; the
    /// hidden ones come last.</summary>
    private int[] StuffOrder(WorldVocabulary vocabulary)
    {
        bool[] seen = new bool[backdrop.Stuffs.Count];
        for (int p = 0; p < _owner.Length; p++)
        {
            seen[backdrop.StuffAt[p]] |= _owner[p] == 0;
        }

        int[] sorted =
        [
            .. Enumerable.Range(0, seen.Length).OrderBy(i => !seen[i]).ThenBy(i => vocabulary.IndexOf(backdrop.Stuffs[i])),
        ];
        return [.. Enumerable.Range(0, seen.Length).Select(i => Array.IndexOf(sorted, i))];
    }

    private static double[] Shares(double[] counts)
    {
        double total = counts.Sum();
        return [.. counts.Select(count => count / total)];
    }

    /// <summary>Blends a layer in; a pixel belongs to the thing where it covers at least half of it.</summary>
    /// <returns>How many pixels it has.</returns>
    private int Blend(ThingLayer layer, int id, int[] covers)
    {
        ReadOnlySpan<byte> source = layer.Pixels;
        int full = 0;
        for (int y = 0, from = 0; y < layer.Height; y++)
        {
            int at = ((y + layer.Y) * Width) + layer.X;
            for (int x = 0; x < layer.Width; x++, from += 4, at++)
            {
                int alpha = source[from + 3];
                if (alpha == 0)
                {
                    continue;
                }

                float rest = (255 - alpha) / 255f;
                for (int c = 0; c < 3; c++)
                {
                    float value = (source[from + c] * layer.Brightness) + (_pixels[(at * 3) + c] * rest);
                    _pixels[(at * 3) + c] = (byte)Math.Min(255, value + 0.5f);
                }

                if (alpha >= HalfCovered)
                {
                    full++;
                    covers[_owner[at]]++;
                    _owner[at] = id;
                }
            }
        }

        return full;
    }

    /// <summary>Darkens the ground where a thing stands, or beside it when it lies before the viewer.</summary>
    private void DropShadow(ThingPlan plan)
    {
        (double bx0, double by0, double bx1, double by1) = plan.Box;
        (double width, double height) = (bx1 - bx0, by1 - by0);
        bool flat = backdrop.Ground.Flat;
        double cx = ((bx0 + bx1) / 2) + (flat ? width * 0.06 : 0);
        double cy = flat ? ((by0 + by1) / 2) + (height * 0.07) : by1 - (height * 0.03);
        double rx = width * (flat ? 0.52 : 0.5);
        double ry = flat ? height * 0.52 : Math.Max(3, width * 0.11);
        for (int y = Math.Max(0, (int)(cy - ry)); y < Math.Min(Height, cy + ry); y++)
        {
            for (int x = Math.Max(0, (int)(cx - rx)); x < Math.Min(Width, cx + rx); x++)
            {
                double r = ((x - cx) * (x - cx) / (rx * rx)) + ((y - cy) * (y - cy) / (ry * ry));
                if (r < 1)
                {
                    float keep = (float)(1 - (0.42 * (1 - r)));
                    int at = ((y * Width) + x) * 3;
                    (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = (
                        (byte)(_pixels[at] * keep),
                        (byte)(_pixels[at + 1] * keep),
                        (byte)(_pixels[at + 2] * keep)
                    );
                }
            }
        }
    }
}
